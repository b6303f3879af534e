import { describe, expect, test } from "vitest";
import { unitRows } from "../../test/support/tables.ts";
import type { FamiliarGround } from "../core/training-reference.ts";
import { kMeans } from "../math/kmeans.ts";
import { matrix32, row, selectRows } from "../math/matrix.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { nearestDistance } from "../math/nearest-distance.ts";
import { seededRandom } from "../math/random.ts";
import { driftMonitor } from "./drift-monitor.ts";

/** Prompts around four of eight axes. */
const familiar = (count: number, seed: number): Matrix32 =>
  unitRows(count, seededRandom("familiar", seed), (i) => i % 4);
/** Prompts around the other four. */
const strange = (count: number, seed: number): Matrix32 =>
  unitRows(count, seededRandom("strange", seed), (i) => 4 + (i % 4));

function groundOf(seed: number): FamiliarGround {
  const made = familiar(300, seed);
  const held = familiar(300, seed + 1_000_000);
  const { centroids } = kMeans(made, { clusters: 4, restarts: 2 }, (restart) => seededRandom(seed, restart));
  const distances = Float64Array.from({ length: held.rows }, (_, i) => nearestDistance(row(held, i), centroids));
  return { centroids, distances: distances.toSorted() };
}

function alarmsOver(queries: Matrix32, seed: number, level: number): number {
  let alarms = 0;
  const monitor = driftMonitor(groundOf(seed), { window: 50, level }, ({ isDrifting }) => {
    alarms += Number(isDrifting);
  });
  for (let i = 0; i < queries.rows; i++) monitor.observe(row(queries, i));
  return alarms;
}

describe("the drift alarm", () => {
  test("on traffic like the training prompts is false no more often than its level says, over fits and windows", () => {
    const [fits, level] = [200, 0.05];
    let alarms = 0;
    for (let seed = 0; seed < fits; seed++) alarms += alarmsOver(familiar(50, seed + 5_000_000), seed, level);
    expect(alarms / fits).toBeLessThan(level + 3 * Math.sqrt((level * (1 - level)) / fits));
  });

  test("is raised within one window of traffic from elsewhere, and told once", () => {
    expect(alarmsOver(strange(50, 1), 1, 0.001)).toBe(1);
    expect(alarmsOver(strange(500, 1), 1, 0.001)).toBe(1);
  });

  test("is raised when a third of the traffic comes from elsewhere", () => {
    const mixed = matrix32(300, 8);
    const [near, far] = [familiar(300, 7_000_000), strange(300, 7)];
    for (let i = 0; i < 300; i++) row(mixed, i).set(row(i % 3 === 0 ? far : near, i));
    expect(alarmsOver(mixed, 1, 0.001)).toBeGreaterThan(0);
  });

  test("is lowered by the next window that is like the training prompts", () => {
    const told: boolean[] = [];
    const monitor = driftMonitor(groundOf(1), { window: 50, level: 0.001 }, ({ isDrifting }) => told.push(isDrifting));
    const states = [strange(50, 1), familiar(50, 6_000_000)].map((queries) => {
      const last = Array.from({ length: 50 }, (_, i) => monitor.observe(row(queries, i))).at(-1);
      return last?.isDrifting;
    });
    expect(states).toEqual([true, false]);
    expect(told).toEqual([true, false]);
  });

  test("is not raised by traffic that keeps to one part of what was trained on", () => {
    const all = familiar(800, 8_000_000);
    const part = selectRows(
      all,
      Int32Array.from(all.data.subarray(0, 200), (_, i) => 4 * i),
    );
    expect(alarmsOver(part, 1, 0.001)).toBe(0);
  });

  test("a query is novel when it lies farther out than nearly all training prompts", () => {
    const monitor = driftMonitor(groundOf(1), { window: 50, level: 0.001 });
    expect(monitor.observe(row(strange(1, 3), 0)).isNovel).toBe(true);
    const shares = Array.from({ length: 500 }, (_, i) => monitor.observe(row(familiar(501, 9_000_000), i)).isNovel);
    expect(shares.filter(Boolean).length / 500).toBeLessThan(0.12);
  });
});

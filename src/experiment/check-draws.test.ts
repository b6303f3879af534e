import { expect, test } from "vitest";
import { holmAdjusted } from "../math/holm.ts";
import { significance } from "../metrics/verdict.ts";
import { routerByName } from "../routers/registry.ts";
import { checkDraws } from "./check-draws.ts";

const lines = ["random", "cheapest", "priciest", "best-single", "dataset-oracle", "oracle"];
const named = (labels: readonly string[]) => labels.map((label) => routerByName(label));
const three = named([...lines, "knn", "linear", "avengers"]);

test("draws with which no router can win are refused with the least number that will do", () => {
  expect(() => checkDraws(100, three)).toThrow(/with 100 draws none of 3 routers can win[^]*at least 120 draws/);
  expect(() => checkDraws(119, three)).toThrow("at least 120 draws");
});

test("from the least number on the clearest of routers wins", () => {
  expect(() => checkDraws(120, three)).not.toThrow();
  const smallest = (draws: number): number => holmAdjusted(Array.from({ length: 3 }, () => 2 / (draws + 1)))[0]!;
  expect(smallest(120)).toBeLessThan(significance);
  expect(smallest(119)).not.toBeLessThan(significance);
});

test("lines that are not tested ask for no draws", () => {
  expect(() => checkDraws(1, named(lines))).not.toThrow();
});

import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { breakdowns, metrics, metricsOf } from "./registry.ts";
import { exampleSweep, specInput } from "../../test/support/spec-fixture.ts";

const all = [...metrics, ...breakdowns];

test("every metric file of this room is listed", () => {
  const folder = import.meta.dirname;
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const defining = files.filter((name) => /= define\w+\(/.test(readFileSync(`${folder}/${name}`, "utf8")));
  const registry = readFileSync(`${folder}/registry.ts`, "utf8");
  expect(defining.filter((name) => !registry.includes(`"./${name}"`))).toEqual([]);
  expect(all.length).toBeGreaterThan(50);
});

test("names and titles are unique, and every field says something", () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  for (const { name, summary, formula, source } of all) {
    expect(name).toMatch(/^[a-z0-9-]+$/);
    expect(summary).toMatch(/\.$/);
    expect(formula.length * source.length).toBeGreaterThan(0);
  }
});

test("every replay metric gives a number on the fixture, V_R only with a reference", () => {
  const undefinedOnes = metricsOf("replay").filter((metric) => Number.isNaN(metric.compute(specInput())));
  expect(undefinedOnes.map(({ name }) => name)).toEqual(["value-at-reference"]);
});

test("without a cost axis exactly the metrics that need costs are undefined", () => {
  const input = specInput();
  const free = { ...input, reference: input.bestSingle, test: { ...input.test, hasCost: false } };
  for (const metric of metricsOf("replay")) {
    expect([metric.name, Number.isNaN(metric.compute(free))]).toEqual([metric.name, metric.needsCost]);
  }
  const sweep = exampleSweep({ hasCost: false });
  for (const metric of metricsOf("sweep")) {
    expect([metric.name, Number.isNaN(metric.compute(sweep))]).toEqual([metric.name, metric.needsCost]);
  }
});

import { expect, test } from "vitest";
import { aggregate, mean, sampleSd, standardError, sum } from "./stats.ts";

const seeds = [66.5243, 66.7929, 68.8096, 69.3407, 66.886];

test("five seeds give the mean, sd, standard error and t interval of the spec (§5.1)", () => {
  const { mean: centre, sd, standardError: error, ci95 } = aggregate(seeds);
  expect(centre).toBeCloseTo(67.6707, 5);
  expect(sd).toBeCloseTo(1.30255, 5);
  expect(error).toBeCloseTo(0.58252, 5);
  expect((ci95[1] - ci95[0]) / 2).toBeCloseTo(1.61733, 5);
  expect(standardError(seeds)).toBe(error);
});

test("one value has a mean and no spread; none has nothing", () => {
  expect(aggregate([3]).mean).toBe(3);
  expect(aggregate([3]).sd).toBeNaN();
  expect(aggregate([3]).ci95[0]).toBeNaN();
  expect(mean([])).toBeNaN();
  expect(sampleSd([])).toBeNaN();
});

test("sums are compensated, as Python's are", () => {
  expect(sum(Array.from({ length: 10 }, () => 0.1))).toBe(1);
  expect(sum([1, 1e100, 1, -1e100])).toBe(2);
  expect(sum([Infinity, 1])).toBe(Infinity);
});

import { expect, test } from "vitest";
import { reportDifferences } from "./report-differences.ts";

const report = {
  createdBy: "signalbox 1",
  seeds: [1, 2],
  data: { name: "results", digest: "abc" },
  routers: [{ name: "knn", avgAcc: { mean: 0.5, ci95: null }, fitSeconds: 3 }],
};

test("a report differs from itself in nothing, nor in times, the code's version and the folder's name", () => {
  const [knn] = report.routers;
  const other = {
    ...report,
    createdBy: "signalbox 2",
    data: { ...report.data, name: "copy" },
    routers: [{ ...knn, fitSeconds: 9 }],
  };
  expect(reportDifferences(report, report)).toEqual([]);
  expect(reportDifferences(report, other)).toEqual([]);
});

test("a number, a missing router and a text are found, and where they stand", () => {
  const other = {
    ...report,
    data: { ...report.data, digest: "xyz" },
    routers: [{ name: "knn", avgAcc: { mean: 0.51, ci95: null } }],
  };
  expect(reportDifferences(report, other).map(({ where }) => where)).toEqual([
    "data.digest",
    "routers.knn.avgAcc.mean",
  ]);
  expect(reportDifferences(report, { ...report, routers: [] }).map(({ where }) => where)).toEqual(["routers.knn"]);
});

test("the last bits of a sum are no difference, null and 0 are", () => {
  expect(reportDifferences({ a: 0.1 + 0.2 }, { a: 0.3 })).toEqual([]);
  expect(reportDifferences({ a: null }, { a: 0 })).toHaveLength(1);
});

import { expect, test } from "vitest";
import * as fastDots from "./dots.ts";
import { kMeans } from "./kmeans.ts";
import { row } from "./matrix.ts";
import { nearestNeighbours, neighbourIndex } from "./neighbour-index.ts";
import { seededRandom } from "./random.ts";
import { sparseProject } from "./truncated-svd.ts";
import { describeWithoutWebAssembly } from "../../test/support/without-webassembly.ts";
import { normalMatrix } from "../../test/support/matrices.ts";

const a = normalMatrix(90, 101, 1);
const b = normalMatrix(101, 35, 2);
const large = normalMatrix(3000, 101, 3);

describeWithoutWebAssembly(() => {
  test("products and scans have the same bits", async () => {
    const { dots, product, residentDots, residentMatrix, transposeProduct } = await import("./dots.ts");
    expect(residentMatrix(large).heap).toBeUndefined();
    expect(dots(a, large)).toEqual(fastDots.dots(a, large));
    expect(product(a, b)).toEqual(fastDots.product(a, b));
    expect(transposeProduct(large, large)).toEqual(fastDots.transposeProduct(large, large));
    const query = row(a, 0);
    expect(residentDots(residentMatrix(large), query)).toEqual(
      fastDots.residentDots(fastDots.residentMatrix(large), query),
    );
  });

  test("neighbours and sparse projections have the same bits", async () => {
    const slow = await import("./neighbour-index.ts");
    const query = row(a, 1);
    expect(slow.nearestNeighbours(slow.neighbourIndex(large), query, 20)).toEqual(
      nearestNeighbours(neighbourIndex(large), query, 20),
    );
    const svd = await import("./truncated-svd.ts");
    const sparse = {
      rows: 2,
      cols: 101,
      indptr: Int32Array.of(0, 3, 5),
      indices: Int32Array.of(7, 100, 7, 0, 50),
      values: Float32Array.of(0.5, -1, 2, 3, 0.25),
    };
    expect(svd.sparseProject(sparse, b)).toEqual(sparseProject(sparse, b));
  });

  test("k-means seeds and labels alike", async () => {
    const slow = await import("./kmeans.ts");
    const options = { clusters: 7, restarts: 3 };
    const expected = kMeans(a, options, (r) => seededRandom("restart", r));
    const actual = slow.kMeans(a, options, (r) => seededRandom("restart", r));
    expect(actual.labels).toEqual(expected.labels);
    expect(actual.inertia / expected.inertia).toBeCloseTo(1, 8);
  });
});

import { assert, integer, nat, property } from "fast-check";
import { describe, expect, test } from "vitest";
import sklearn from "../../test/fixtures/sklearn/truncated-svd.json" with { type: "json" };
import { residentMatrix, residentProject } from "./dots.ts";
import type { Matrix } from "./matrix.ts";
import { matrix, row } from "./matrix.ts";
import { seededRandom } from "./random.ts";
import type { SparseMatrix } from "./truncated-svd.ts";
import { gatherTwin } from "./dots-twin.ts";
import { sparseProject, truncatedSvd } from "./truncated-svd.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

const known: SparseMatrix = {
  rows: sklearn.rows,
  cols: sklearn.cols,
  indptr: Int32Array.from(sklearn.indptr),
  indices: Int32Array.from(sklearn.indices),
  values: Float32Array.from(sklearn.values),
};

function randomSparse(rows: number, cols: number, perRow: number, seed: number): SparseMatrix {
  const random = seededRandom("sparse", seed);
  const count = rows * perRow;
  return {
    rows,
    cols,
    indptr: Int32Array.from({ length: rows + 1 }, (_, r) => r * perRow),
    indices: Int32Array.from({ length: count }, () => random.below(cols)),
    values: Float32Array.from({ length: count }, () => random.normal()),
  };
}

/** xᵀx in double precision. */
function gramOf(x: SparseMatrix): Matrix {
  const gram = matrix(x.cols, x.cols);
  for (let r = 0; r < x.rows; r++) {
    for (let e = x.indptr[r]!; e < x.indptr[r + 1]!; e++) {
      for (let f = x.indptr[r]!; f < x.indptr[r + 1]!; f++) {
        gram.data[x.indices[e]! * x.cols + x.indices[f]!]! += x.values[e]! * x.values[f]!;
      }
    }
  }
  return gram;
}

describe("truncatedSvd", () => {
  test("agrees with scikit-learn's exact solver, signs aside", () => {
    const { components, singularValues } = truncatedSvd(known, { rank: 5, oversample: 35 }, seededRandom(1));
    sklearn.singularValues.forEach((value, c) => {
      expect(singularValues[c]).toBeCloseTo(value, 4);
      const theirs = sklearn.components[c]!;
      const inner = theirs.reduce((sum, entry, r) => sum + entry * components.data[r * 5 + c]!, 0);
      expect(Math.abs(inner)).toBeCloseTo(1, 4);
    });
  });

  test("at full rank it gives the roots of the Gram matrix's eigenvalues, and orthonormal components", () => {
    assert(
      property(integer({ min: 1, max: 25 }), integer({ min: 1, max: 25 }), nat(), (rows, cols, seed) => {
        const x = randomSparse(rows, cols, 3, seed);
        const { components, singularValues } = truncatedSvd(x, { rank: 30 }, seededRandom(seed));
        const { values } = symmetricEigen(gramOf(x));
        const count = singularValues.length;
        expect(components.cols).toBe(count);
        values.forEach((value, c) => {
          const expected = Math.sqrt(Math.max(0, value));
          expect(Math.abs((singularValues[c] ?? 0) - expected)).toBeLessThan(2e-3 * Math.sqrt(values[0]!));
        });
        for (let a = 0; a < count; a++) {
          for (let b = 0; b <= a; b++) {
            let inner = 0;
            for (let r = 0; r < cols; r++) inner += components.data[r * count + a]! * components.data[r * count + b]!;
            expect(Math.abs(inner - (a === b ? 1 : 0))).toBeLessThan(0.02);
          }
        }
      }),
    );
  });

  test("the largest entry of every component is positive, and a seed gives the same bytes twice", () => {
    const first = truncatedSvd(known, { rank: 4 }, seededRandom(3));
    expect(truncatedSvd(known, { rank: 4 }, seededRandom(3))).toEqual(first);
    for (let c = 0; c < 4; c++) {
      const column = Array.from({ length: known.cols }, (_, r) => first.components.data[r * 4 + c]!);
      expect(Math.max(...column)).toBe(Math.max(...column.map(Math.abs)));
    }
  });

  test("an empty or all-zero matrix has no directions", () => {
    const nothing = {
      rows: 0,
      cols: 7,
      indptr: new Int32Array(1),
      indices: new Int32Array(0),
      values: new Float32Array(0),
    };
    expect(truncatedSvd(nothing, { rank: 3 }, seededRandom(1)).components).toMatchObject({ rows: 7, cols: 0 });
    const zero = { ...nothing, rows: 5, indptr: new Int32Array(6) };
    expect(truncatedSvd(zero, { rank: 3 }, seededRandom(1)).singularValues).toHaveLength(0);
  });
});

test("a row has the same bits projected in a batch, alone, and from resident components", () => {
  const x = randomSparse(50, 400, 30, 5);
  const { components } = truncatedSvd(x, { rank: 33 }, seededRandom(1));
  const batch = sparseProject(x, components);
  const resident = residentMatrix(components);
  for (let r = 0; r < x.rows; r++) {
    const indices = x.indices.subarray(r * 30, r * 30 + 30);
    const values = x.values.subarray(r * 30, r * 30 + 30);
    expect(gatherTwin(components, indices, values, 30)).toEqual(row(batch, r));
    expect(residentProject(resident, indices, values, 30)).toEqual(row(batch, r));
  }
});

test("an index outside the matrix is refused", () => {
  expect(() => sparseProject({ ...known, cols: 3 }, { rows: 3, cols: 2, data: new Float32Array(6) })).toThrow("index");
});

import { assert, integer, nat, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { dotsTwin } from "./dots-twin.ts";
import { dots, product, residentDots, residentMatrix, residentProduct, transposeProduct } from "./dots.ts";
import type { Matrix32 } from "./matrix.ts";
import { matrix32, row, ShapeError } from "./matrix.ts";
import { normalMatrix } from "../../test/support/matrices.ts";

function sameBits(a: Float32Array, b: Float32Array): boolean {
  const bytes = (x: Float32Array): Uint8Array => new Uint8Array(x.buffer, x.byteOffset, x.byteLength);
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}

/** a·b in double precision by definition. */
function reference(a: Matrix32, b: Matrix32): number[] {
  return Array.from({ length: a.rows * b.rows }, (_, index) => {
    const x = row(a, Math.floor(index / b.rows));
    const y = row(b, index % b.rows);
    return x.reduce((sum, value, p) => sum + value * y[p]!, 0);
  });
}

const size = integer({ min: 0, max: 37 });

describe("dots", () => {
  test("every product agrees with double precision, whatever the shape", () => {
    assert(
      property(size, size, size, nat(), (n, k, d, seed) => {
        const a = normalMatrix(n, d, seed);
        const b = normalMatrix(k, d, seed + 1);
        const expected = reference(a, b);
        const actual = dots(a, b);
        expect([actual.rows, actual.cols]).toEqual([n, k]);
        for (const [i, value] of actual.data.entries()) expect(value).toBeCloseTo(expected[i]!, 4);
      }),
    );
  });

  test("the typed-array twin gives the very same bits", () => {
    assert(
      property(size, size, size, nat(), (n, k, d, seed) => {
        const a = normalMatrix(n, d, seed);
        const b = normalMatrix(k, d, seed + 1);
        expect(dots(a, b).data).toEqual(dotsTwin(a, b).data);
      }),
    );
  });

  test("a product has the same bits alone, in a batch, and against a resident matrix", () => {
    assert(
      property(integer({ min: 1, max: 30 }), integer({ min: 1, max: 60 }), size, nat(), (n, k, d, seed) => {
        const a = normalMatrix(n, d, seed);
        const b = normalMatrix(k, d, seed + 1);
        const batch = dots(a, b);
        const resident = residentMatrix(b);
        for (let i = 0; i < n; i++) {
          const alone = dots({ rows: 1, cols: d, data: row(a, i) }, b);
          expect(alone.data).toEqual(row(batch, i));
          expect(residentDots(resident, row(a, i))).toEqual(row(batch, i));
        }
        expect(dots({ rows: 1, cols: d, data: row(b, k - 1) }, a).data[0]).toBe(batch.data[k - 1]);
      }),
      { numRuns: 50 },
    );
  });

  test("operands larger than the scratch memory are cut into blocks without a trace", () => {
    const a = normalMatrix(1501, 403, 3);
    const b = normalMatrix(2999, 403, 4);
    const batch = dots(a, b);
    const resident = residentMatrix(b);
    for (const i of [0, 1, 777, 1500]) {
      expect(sameBits(dotsTwin({ rows: 1, cols: 403, data: row(a, i) }, b).data, row(batch, i))).toBe(true);
      expect(sameBits(residentDots(resident, row(a, i)), row(batch, i))).toBe(true);
    }
    expect(sameBits(residentProduct(resident, a).data, batch.data)).toBe(true);
  });

  test("rows of different length are refused", () => {
    expect(() => dots(matrix32(2, 3), matrix32(2, 4))).toThrow(ShapeError);
    expect(() => residentDots(residentMatrix(matrix32(2, 3)), new Float32Array(4))).toThrow("a query of 4");
  });
});

describe("product and transposeProduct", () => {
  test("A·B and Aᵀ·B agree with the definition", () => {
    assert(
      property(size, size, size, nat(), (n, k, d, seed) => {
        const a = normalMatrix(n, d, seed);
        const b = normalMatrix(d, k, seed + 1);
        const c = normalMatrix(n, k, seed + 2);
        const ab = product(a, b);
        const ac = transposeProduct(a, c);
        expect([ab.rows, ab.cols, ac.rows, ac.cols]).toEqual([n, k, d, k]);
        for (let i = 0; i < n * k; i++) {
          let sum = 0;
          for (let p = 0; p < d; p++) sum += a.data[Math.floor(i / k) * d + p]! * b.data[p * k + (i % k)]!;
          expect(ab.data[i]).toBeCloseTo(sum, 4);
        }
        for (let i = 0; i < d * k; i++) {
          let sum = 0;
          for (let p = 0; p < n; p++) sum += a.data[p * d + Math.floor(i / k)]! * c.data[p * k + (i % k)]!;
          expect(ac.data[i]).toBeCloseTo(sum, 4);
        }
      }),
    );
  });

  test("a long sum keeps its precision", () => {
    const ones = { rows: 100_003, cols: 1, data: new Float32Array(100_003).fill(0.1) };
    expect(transposeProduct(ones, ones).data[0]).toBeCloseTo(1000.03, 1);
  });

  test("operands that do not fit are refused", () => {
    expect(() => product(matrix32(2, 3), matrix32(4, 3))).toThrow(ShapeError);
    expect(() => transposeProduct(matrix32(2, 3), matrix32(4, 3))).toThrow(ShapeError);
  });
});

test("many small residents do not exhaust the address space", () => {
  for (let i = 0; i < 3000; i++) residentMatrix(matrix32(128, 64));
});

import { assert, integer, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { fromRows, matrix } from "./matrix.ts";
import { seededRandom } from "./random.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

test("values and vectors put the matrix together again, in falling order", () => {
  assert(
    property(integer({ min: 0, max: 25 }), nat({ max: 3 }), nat(), (d, decimals, seed) => {
      const random = seededRandom(seed);
      const a = matrix(d, d);
      for (let i = 0; i < d; i++) {
        for (let j = 0; j <= i; j++) {
          const value = Number(random.normal().toFixed(decimals));
          a.data[i * d + j] = value;
          a.data[j * d + i] = value;
        }
      }
      const { values, vectors } = symmetricEigen(a);
      expect([...values]).toEqual([...values].sort((x, y) => y - x));
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          let sum = 0;
          let inner = 0;
          for (let k = 0; k < d; k++) {
            sum += values[k]! * vectors.data[k * d + i]! * vectors.data[k * d + j]!;
            inner += vectors.data[i * d + k]! * vectors.data[j * d + k]!;
          }
          expect(sum).toBeCloseTo(a.data[i * d + j]!, 9);
          expect(inner).toBeCloseTo(i === j ? 1 : 0, 9);
        }
      }
    }),
  );
});

test("a known matrix", () => {
  const { values } = symmetricEigen(
    fromRows([
      [2, 1],
      [1, 2],
    ]),
  );
  expect(values[0]).toBeCloseTo(3, 12);
  expect(values[1]).toBeCloseTo(1, 12);
});

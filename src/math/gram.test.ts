import { assert, integer, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { gram } from "./gram.ts";
import { matrix32 } from "./matrix.ts";
import { seededRandom } from "./random.ts";

test("every entry is the product of two columns, to double precision", () => {
  assert(
    property(integer({ min: 0, max: 700 }), integer({ min: 0, max: 9 }), nat(), (n, k, seed) => {
      const random = seededRandom(seed);
      const x = matrix32(n, k);
      for (let p = 0; p < x.data.length; p++) x.data[p] = random.normal();
      const { data } = gram(x);
      for (let i = 0; i < k; i++) {
        for (let j = 0; j < k; j++) {
          let sum = 0;
          for (let r = 0; r < n; r++) sum += x.data[r * k + i]! * x.data[r * k + j]!;
          expect(data[i * k + j]).toBeCloseTo(sum, 9);
        }
      }
    }),
    { numRuns: 40 },
  );
});

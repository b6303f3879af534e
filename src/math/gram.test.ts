import { assert, integer, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { gram } from "./gram.ts";
import { normalMatrix } from "../../test/support/matrices.ts";

test("every entry is the product of two columns, to double precision", () => {
  assert(
    property(integer({ min: 0, max: 700 }), integer({ min: 0, max: 9 }), nat(), (n, k, seed) => {
      const x = normalMatrix(n, k, seed);
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

import { expect, test } from "vitest";
import { toSlopes } from "./cross-entropy.ts";
import { matrix32 } from "./matrix.ts";
import type { Matrix32 } from "./matrix.ts";
import { seededRandom } from "./random.ts";
import { describeWithoutWebAssembly } from "../../test/support/without-webassembly.ts";

const bias = Float64Array.of(0.3, -1, 2);

/** Logits up to ±100 and targets in 0 … 1, one in five not observed. [3, 21] */
function drawn(): { logits: Matrix32; targets: Matrix32 } {
  const random = seededRandom("cross-entropy");
  const logits = matrix32(3, 21);
  const targets = matrix32(3, 21);
  for (let p = 0; p < 63; p++) {
    logits.data[p] = p % 9 === 0 ? 100 * random.normal() : 2 * random.normal();
    targets.data[p] = random.below(5) === 0 ? NaN : random.below(5) / 4;
  }
  return { logits, targets };
}

test("slopes are the weighted chance minus the target, nothing where there is none, and each row's sum", () => {
  const { logits, targets } = drawn();
  const exact = Array.from(logits.data, (z, p) => {
    const y = targets.data[p]!;
    return Number.isNaN(y) ? 0 : 0.25 * (1 / (1 + Math.exp(-z - bias[Math.floor(p / 21)]!)) - y);
  });
  const sums = toSlopes(logits, bias, targets, 0.25);
  exact.forEach((slope, p) => expect(Math.abs(logits.data[p]! - slope)).toBeLessThan(1e-7));
  sums.forEach((sum, j) => {
    const row = exact.slice(j * 21, (j + 1) * 21);
    expect(sum).toBeCloseTo(
      row.reduce((total, slope) => total + slope, 0),
      5,
    );
  });
});

describeWithoutWebAssembly(() => {
  test("slopes have the same bits", async () => {
    const plain = await import("./cross-entropy.ts");
    const slow = drawn();
    const fast = drawn();
    expect(plain.toSlopes(slow.logits, bias, slow.targets, 1 / 51)).toEqual(
      toSlopes(fast.logits, bias, fast.targets, 1 / 51),
    );
    expect(slow.logits).toEqual(fast.logits);
  });
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { comparePaths } from "./list-files.ts";

test("paths sort part by part in code-point order", () => {
  const unit = fc.constantFrom("a", "-", "/", "0", "\uff5e", "\u{1f600}", "\u{10000}", "\ud7ff");
  const path = fc.string({ unit, maxLength: 6 });
  const byParts = (a: string, b: string): number => {
    const [first, second] = [a.split("/"), b.split("/")];
    for (let i = 0; i < Math.min(first.length, second.length); i++) {
      const order = Buffer.compare(Buffer.from(first[i] ?? ""), Buffer.from(second[i] ?? ""));
      if (order !== 0) return order;
    }
    return first.length - second.length;
  };
  fc.assert(
    fc.property(path, path, (a, b) => {
      expect(Math.sign(comparePaths(a, b))).toBe(Math.sign(byParts(a, b)));
    }),
    { numRuns: 2000 },
  );
});

import { readFileSync } from "node:fs";
import { array, assert, constantFrom, integer, letrec, oneof, property, string, tuple, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";
import { mathsEqual } from "./maths-equal.ts";

type Pair = readonly [string, string];
type Group = readonly [string, readonly Pair[]];

/** "## name" begins a group; every other line is two answers with a tab between. */
function groupsIn(file: string): Group[] {
  const text = readFileSync(new URL(`../../../test/fixtures/maths/${file}`, import.meta.url), "utf8");
  return text
    .split(/^## /m)
    .slice(1)
    .map((group) => {
      const [name = "", ...lines] = group.split("\n");
      return [name, lines.filter((line) => line !== "").map((line) => line.split("\t") as unknown as Pair)];
    });
}

const equalPairs = groupsIn("equal.tsv");
const differentPairs = groupsIn("different.tsv");

test("the tables hold pairs, hundreds of them", () => {
  const pairs = [...equalPairs, ...differentPairs].flatMap(([, all]) => all);
  expect(pairs.filter((pair) => pair.length !== 2)).toEqual([]);
  expect(pairs.length).toBe(608);
});

const judged = (pairs: readonly Pair[], wanted: (verdict: string) => boolean): string[] =>
  pairs
    .flatMap(([a, b]) => [[a, b] as const, [b, a] as const])
    .filter(([a, b]) => !wanted(mathsEqual(a, b)))
    .map(([a, b]) => `${a} | ${b} | ${mathsEqual(a, b)}`);

describe("mathsEqual", () => {
  test.each(equalPairs)("takes %s for equal, either way round", (_, pairs) => {
    expect(judged(pairs, (verdict) => verdict === "equal")).toEqual([]);
  });

  test.each(differentPairs)("tells %s apart, either way round", (_, pairs) => {
    expect(judged(pairs, (verdict) => verdict !== "equal")).toEqual([]);
  });

  test("an equation may answer a question for its value, a value never one for an equation", () => {
    expect(mathsEqual("m+n=204", "204")).toBe("equal");
    expect(mathsEqual("204", "m+n=204")).toBe("different");
    expect(mathsEqual("5", "x+y=5")).toBe("different");
  });

  test("what would take too much work is a limit, unless both sides are the same text", () => {
    const towers = ["9^{9^{9^9}}", "2^{4097}", "171!", "(((9!)!)!)!", "e^{e^{e^{e}}}"];
    const bulky = ["(".repeat(300) + "1" + ")".repeat(300), "x".repeat(2001), "1".repeat(400), "x+".repeat(700) + "x"];
    for (const text of [...towers, ...bulky]) expect([text, mathsEqual(text, "7")]).toEqual([text, "limit"]);
    for (const text of towers) expect(mathsEqual(text, text)).toBe("equal");
  });

  test("what is no answer is unreadable, whichever side it stands on", () => {
    for (const text of ["\\frac{1}{", "2+", "", "\\foo{3}", ")("]) {
      expect([text, mathsEqual(text, "7")]).toEqual([text, "unreadable"]);
      expect([text, mathsEqual("7", text)]).toEqual([text, "unreadable"]);
    }
  });

  test("fractions in lowest terms may be asked for", () => {
    expect(mathsEqual("\\frac{2}{4}", "\\frac12")).toBe("equal");
    expect(mathsEqual("\\frac{2}{4}", "\\frac12", { requireReduced: true })).toBe("different");
    expect(mathsEqual("\\frac{1}{2}", "\\frac12", { requireReduced: true })).toBe("equal");
  });
});

/** Expressions in LaTeX, three operations deep at most, none of them a division by what may be 0. */
const { expression } = letrec<{ expression: string }>((tie) => ({
  expression: oneof(
    { depthSize: "small", maxDepth: 3 },
    constantFrom("x", "y", "a_1", "\\pi", "7"),
    integer({ min: 2, max: 99 }).map(String),
    tuple(tie("expression"), constantFrom("+", "-", "\\cdot "), tie("expression")).map(
      ([left, operator, right]) => `(${left}${operator}${right})`,
    ),
    tie("expression").map((of) => `\\frac{${of}}{3}`),
    tie("expression").map((of) => `\\sqrt{${of}+100}`),
    tie("expression").map((of) => `(${of})^{2}`),
  ),
}));

/** Spellings that change nothing. */
const respellings: readonly ((text: string) => string)[] = [
  (text) => `$${text}$`,
  (text) => `\\[ ${text} \\]`,
  (text) => `\\boxed{${text}}`,
  (text) => `{${text}}.`,
  (text) => text.replaceAll("\\frac", "\\dfrac"),
  (text) => text.replaceAll("(", "\\left(").replaceAll(")", "\\right)"),
  (text) => text.replaceAll("+", " + ").replaceAll("-", " \\, - "),
  (text) => text.replaceAll("\\cdot ", "\\times "),
  (text) => text.replaceAll("\\pi", "π").replaceAll("-", "−"),
  (text) => `(${text}) \\cdot 1`,
  (text) => `0 + ${text}`,
  (text) => `-(-(${text}))`,
];

describe("laws", () => {
  test("every expression equals itself, however it is spelled", () => {
    assert(
      property(expression, constantFrom(...respellings), constantFrom(...respellings), (text, first, second) => {
        expect(mathsEqual(first(text), second(text))).toBe("equal");
      }),
      { numRuns: 150 },
    );
  });

  test("one more, one part in a million more, or the other sign is another value", () => {
    assert(
      property(expression, constantFrom("+1", "+0.000001", "+\\frac{1}{10^{12}}"), (text, more) => {
        expect(mathsEqual(`${text}${more}`, text)).toBe("different");
        expect(mathsEqual(text, `${text}${more}`)).toBe("different");
      }),
      { numRuns: 100 },
    );
  });

  test("the verdict is the same with the sides exchanged", () => {
    assert(
      property(expression, expression, (a, b) => {
        expect(mathsEqual(a, b)).toBe(mathsEqual(b, a));
      }),
      { numRuns: 100 },
    );
  });

  test("lists and sets have no order, tuples have", () => {
    assert(
      property(uniqueArray(integer({ min: -99, max: 99 }), { minLength: 2, maxLength: 6 }), (numbers) => {
        const [forward, backward] = [numbers.join(", "), numbers.toReversed().join(", ")];
        expect(mathsEqual(forward, backward)).toBe("equal");
        expect(mathsEqual(`\\{${forward}\\}`, `\\{${backward}\\}`)).toBe("equal");
        expect(mathsEqual(`(${forward})`, `(${backward})`)).toBe("different");
      }),
      { numRuns: 60 },
    );
  });

  test("no text makes it throw, and every text that is not blank equals itself or is unreadable", () => {
    const pieces = constantFrom(
      ..."\\frac { } ( ) [ ] \\{ \\} | \\sqrt ^ _ , \\pm + - = < \\le \\sin ! % \\text{ \\begin{pmatrix} \\end{pmatrix} & \\\\ \\cup \\in or 1 x".split(
        " ",
      ),
    );
    const texts = oneof(
      string({ unit: "grapheme", maxLength: 60 }),
      array(pieces, { maxLength: 25 }).map((all) => all.join("")),
    );
    assert(
      property(texts, texts, (a, b) => {
        expect(["equal", "different", "unreadable", "limit"]).toContain(mathsEqual(a, b));
        expect(["equal", "unreadable"]).toContain(mathsEqual(a, a));
      }),
      { numRuns: 400 },
    );
  });
});

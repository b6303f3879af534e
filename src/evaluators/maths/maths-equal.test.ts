import { array, assert, constantFrom, integer, letrec, oneof, property, string, tuple, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";
import { mathsEqual } from "./maths-equal.ts";

type Pair = readonly [string, string];
type Group = readonly [string, readonly Pair[]];

const equalPairs: readonly Group[] = [
  [
    "text labels, letters and words",
    [
      [String.raw`\text{(B)}`, "B"],
      [String.raw`\text{A}`, "A"],
      [String.raw`\text{Monday}`, "Monday"],
      [String.raw`\text{monday}`, "Monday"],
      ["yes", "Yes"],
      [String.raw`\text{Yes}`, "yes"],
      [String.raw`\text{no solution}`, "No solution"],
      [String.raw`\text{all real numbers}`, String.raw`\mathbb{R}`],
      ["(B) 12", "B"],
      [String.raw`\textbf{(B)}\ 12`, "12"],
      [String.raw`\text{(B) }12`, "B"],
      ["xy", "yx"],
      ["12:30", "12:30"],
      [String.raw`\text{12:30 PM}`, String.raw`12:30 \text{ p.m.}`],
      ["10:30", "10:30 am"],
      [String.raw`\text{east}`, "East"],
      ["C", String.raw`\text{C}`],
      [String.raw`\textbf{C}`, "(C)"],
      [String.raw`\mathrm{C}`, "C"],
      ["(A)", "A"],
      [String.raw`\text{None}`, "none"],
      ["two", "two"],
      ["A, C", "C,A"],
      [String.raw`\text{A and C}`, "A, C"],
    ],
  ],
  [
    "units, currencies, percent signs and degrees",
    [
      [String.raw`45^\circ`, "45"],
      [String.raw`5\text{ cm}`, "5"],
      [String.raw`50\%`, "0.5"],
      [String.raw`50\%`, "50"],
      [String.raw`(-\infty,1)\cup(3,\infty)`, String.raw`x<1 \text{ or } x>3`],
      [String.raw`x=1 \text{ or } x=-2`, "-2,1"],
      [String.raw`\sin 30^\circ`, String.raw`\frac12`],
      [String.raw`100\text{ cm}`, String.raw`1\text{ m}`],
      ["5 m", String.raw`5\text{ m}`],
      ["5 m", "5"],
      [String.raw`60 \text{ miles per hour}`, String.raw`60\text{ mph}`],
      [String.raw`12\text{ square units}`, "12"],
      [String.raw`12 \text{ cm}^2`, String.raw`12\text{ square centimeters}`],
      [String.raw`\$15`, "15"],
      [String.raw`\$15`, String.raw`15\text{ dollars}`],
      [String.raw`15.4\text{ million}`, "15400000"],
      [String.raw`90 \text{ degrees}`, String.raw`90^\circ`],
      [String.raw`9.8 \text{ m/s}^2`, String.raw`9.8\,\mathrm{m/s^2}`],
      ["9.8 m/s^2", String.raw`9.8\,\mathrm{m/s^2}`],
      [String.raw`\angle ABC = 30^\circ`, "30"],
      [String.raw`\cos 60°`, "1/2"],
      [String.raw`4\sqrt{3}\text{ cm}^2`, String.raw`4\sqrt3`],
      [String.raw`5 \text{ apples}`, "5"],
      [String.raw`5\text{ ways}`, String.raw`5\text{ possible ways}`],
      [String.raw`3\%`, "3 percent"],
      [String.raw`\dfrac{10}{2}\%`, String.raw`5\%`],
      ["5 hours", "300 minutes"],
      [String.raw`3/4 \text{ cup}`, "0.75"],
      [String.raw`3.0\times10^8\text{ m/s}`, String.raw`3\times 10^{8}`],
      [String.raw`25\text{\%}`, String.raw`25\%`],
      [String.raw`\text{5 cm}`, "5"],
      [String.raw`5\ \mathrm{cm}`, "5 cm"],
      [String.raw`3\frac{1}{2}\text{ hours}`, "3.5"],
      [String.raw`10\text{ km/h}`, String.raw`10\text{ kph}`],
      [String.raw`\frac{\sqrt{6}-\sqrt{2}}{4}`, String.raw`\sin 15^\circ`],
    ],
  ],
  [
    "intervals, inequalities, unions and sets of reals",
    [
      [String.raw`x \in [1,2)`, "[1,2)"],
      [String.raw`x \ge 2`, String.raw`[2,\infty)`],
      [String.raw`(3,\infty)\cup(-\infty,1)`, String.raw`(-\infty,1)\cup(3,\infty)`],
      ["x>3", "3<x"],
      [String.raw`1<x\le3`, "(1,3]"],
      ["2x>6", "x>3"],
      [String.raw`\mathbb{R}`, String.raw`(-\infty,\infty)`],
      [String.raw`\mathbb{R}\setminus\{1\}`, String.raw`(-\infty,1)\cup(1,\infty)`],
      [String.raw`x\ne 1`, String.raw`(-\infty,1)\cup(1,\infty)`],
      [String.raw`\left(\frac12,\frac34\right)`, "(0.5,0.75)"],
      [String.raw`2k\pi, k\in\mathbb{Z}`, String.raw`2k\pi`],
      [String.raw`\infty`, String.raw`+\infty`],
      [String.raw`-\infty`, String.raw`-\infty`],
      [String.raw`\[5\]`, "5"],
      [String.raw`\left\{1,2\right\}`, String.raw`\{2,1\}`],
      [String.raw`\{x | x>3\}`, String.raw`(3,\infty)`],
      [String.raw`\{x \mid x > 3\}`, "x>3"],
      [String.raw`[3,\infty)`, String.raw`\left[3,+\infty\right)`],
      ["(-3,5)", String.raw`\left(-3, 5\right)`],
      [String.raw`x\leq 5`, String.raw`x\leqslant5`],
      [String.raw`[0,1]\cup[2,3]`, String.raw`[2,3]\cup[0,1]`],
    ],
  ],
  [
    "lists, sets, tuples, ratios and plus-minus",
    [
      [String.raw`1\,000`, "1000"],
      ["-2, 1", "1, -2"],
      [String.raw`\{1,3\}`, String.raw`\{3,1\}`],
      [String.raw`\pm 2`, "2, -2"],
      [String.raw`1\pm\sqrt2`, String.raw`1+\sqrt2, 1-\sqrt2`],
      [String.raw`x=1\pm\sqrt2`, String.raw`1-\sqrt2,1+\sqrt2`],
      ["1.2e5", "120,000"],
      [String.raw`\emptyset`, String.raw`\{\}`],
      ["3:4", "6:8"],
      ["1:2:3", "2:4:6"],
      ["(x,y)=(1,2)", "(1,2)"],
      ["x=1, y=2", "(1,2)"],
      ["x=1,y=2", "y=2,x=1"],
      ["(1,-2)", String.raw`\langle 1,-2\rangle`],
      [String.raw`x\equiv 3 \pmod 5`, String.raw`x\equiv3\pmod{5}`],
      ["1,2", String.raw`\{1,2\}`],
      ["1 and 2", "1,2"],
      ["1{,}234{,}567", "1234567"],
      ["x=2, x=3", "2,3"],
      [String.raw`\pm1,\pm2`, "-2,-1,1,2"],
      [String.raw`\{\pm 1\}`, String.raw`\{-1,1\}`],
      [String.raw`\gcd(12,18)`, "6"],
      [String.raw`\max(1,2)`, "2"],
      [String.raw`\begin{cases}x=1\\y=2\end{cases}`, "x=1,y=2"],
      [String.raw`\{(1,2),(3,4)\}`, "(3,4),(1,2)"],
      ["(1,2), (3,4)", "(3,4),(1,2)"],
      [String.raw`A=\{1,2\}`, String.raw`\{1,2\}`],
      [String.raw`\frac{7}{2}, -1`, "-1, 3.5"],
      [String.raw`\text{(A)}, \text{(C)}`, "C, A"],
    ],
  ],
  [
    "equations and assignments",
    [
      ["x=5", "5"],
      ["y=2x+1", "2x-y+1=0"],
      ["x^2+y^2=4", "2x^2+2y^2=8"],
      ["2x+1", "y=2x+1"],
      ["f(x)=x^2+1", "x^2+1"],
      [String.raw`5\pi \approx 15.7`, String.raw`5\pi`],
      [String.raw`x \approx 3.5`, "3.5"],
      ["= 5", "5"],
      [String.raw`x = \frac{10}{2} = 5`, "5"],
      [String.raw`\text{Area} = 5`, "5"],
      [String.raw`\sum_{k=1}^n k`, String.raw`\sum_{k=1}^{n} k`],
      [String.raw`\theta=\frac{\pi}{3}`, String.raw`\frac\pi3`],
      ["AB=5", "5"],
      ["f^{-1}(x)=x-1", "x-1"],
    ],
  ],
  [
    "matrices",
    [
      [String.raw`\begin{pmatrix}1&2\\3&4\end{pmatrix}`, String.raw`\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}`],
      [String.raw`\begin{bmatrix}1\\2\end{bmatrix}`, String.raw`\begin{pmatrix}1\\2\end{pmatrix}`],
    ],
  ],
  [
    "expressions with symbols",
    [
      [String.raw`\frac{x^2-1}{x-1}`, "x+1"],
      ["x^{10}+1", "1+x^{10}"],
      ["(x-1)(x+1)", "x^2-1"],
      [String.raw`\sin^2 x+\cos^2 x`, "1"],
      [String.raw`\tan x`, String.raw`\frac{\sin x}{\cos x}`],
      ["|x-1|", "|1-x|"],
      ["x²+1", "x^2+1"],
      ["x^10", "x^{10}"],
      ["2*x", "2x"],
      ["x**2", "x^2"],
      ["a(b+c)", "ab+ac"],
      ["2(x+y)", "2x+2y"],
      [String.raw`3\cdot 2^n`, "3(2^n)"],
      ["2^{n+1}", String.raw`2\cdot2^n`],
      [String.raw`\frac{n(n+1)}{2}`, String.raw`\binom{n+1}{2}`],
      ["n!/(n-1)!", "n"],
      [String.raw`\frac{-x+1}{2}`, String.raw`\frac{1-x}{2}`],
      [String.raw`\frac{a}{b}`, "a/b"],
      ["a_1+a_2", "a_{2}+a_{1}"],
      [String.raw`\frac{1}{2}x`, String.raw`\frac{x}{2}`],
      ["1/2x", "x/2"],
      [String.raw`\sec x`, String.raw`1/\cos x`],
      ["|x||y|", "|xy|"],
      ["||x|-1|", "|1-|x||"],
      ["x^{1/2}", String.raw`\sqrt{x}`],
      [String.raw`\sin(2x)`, String.raw`2\sin x\cos x`],
      [String.raw`\cos 2x`, String.raw`1-2\sin^2x`],
      ["e^{x+y}", "e^xe^y"],
      [String.raw`\sqrt{x^2}`, "|x|"],
      ["x+y+z", "z+y+x"],
      ["(x+1)^3", "x^3+3x^2+3x+1"],
      [String.raw`\frac{1}{x}+\frac{1}{y}`, String.raw`\frac{x+y}{xy}`],
      ["-x^2", "-(x^2)"],
      ["4^{x}", "2^{2x}"],
      ["x^{2}y", "yx^2"],
    ],
  ],
  [
    "numbers",
    [
      [String.raw`\frac{1}{2}`, "0.5"],
      [String.raw`\frac12`, String.raw`\frac{1}{2}`],
      [String.raw`\dfrac{2}{4}`, String.raw`\frac{1}{2}`],
      ["1,000", "1000"],
      [String.raw`\frac{\sqrt5+1}{2}`, String.raw`\frac{1+\sqrt5}{2}`],
      ["2^{10}", "1024"],
      [String.raw`\frac{3}{4}`, String.raw`\frac{3}{4}`],
      ["2^{99}", "2^{99}"],
      [String.raw`\frac{2\pi}{3}`, String.raw`$\frac{2 \pi}{3}$`],
      [String.raw`\frac{3\sqrt{3}-\pi}{6}`, String.raw`\frac{\sqrt{3}}{2}-\frac{\pi}{6}`],
      [String.raw`\text{204}`, "204"],
      ["073", "73"],
      [String.raw`\frac{408}{2}`, "204"],
      [String.raw`\sqrt{63}`, String.raw`3\sqrt{7}`],
      ["9i+4", "4+9i"],
      [String.raw`7\frac{3}{4}`, String.raw`\frac{31}{4}`],
      ["7 3/4", "7.75"],
      ["11111_2", "11111"],
      ["1011_2", "1011_{2}"],
      [String.raw`0.\overline{3}`, String.raw`\frac13`],
      [String.raw`0.333\ldots`, "1/3"],
      [String.raw`1.2\times10^5`, "120000"],
      [String.raw`\sqrt[3]{-8}`, "-2"],
      ["(-8)^{1/3}", "-2"],
      [String.raw`\log_2 8`, "3"],
      [String.raw`\ln e^2`, "2"],
      [String.raw`\log 100`, "2"],
      [String.raw`\sin\frac{\pi}{6}`, "0.5"],
      [String.raw`e^{i\pi}`, "-1"],
      [String.raw`\binom{5}{2}`, "10"],
      ["5!", "120"],
      [String.raw`{5 \choose 2}`, "10"],
      [String.raw`\lfloor 3.7\rfloor`, "3"],
      ["|{-3}|", "3"],
      [String.raw`\frac{\pi}{2}`, String.raw`\pi/2`],
      ["π/2", String.raw`\frac{\pi}{2}`],
      ["√2/2", String.raw`\frac{1}{\sqrt{2}}`],
      ["½", "0.5"],
      ["sqrt(2)/2", String.raw`\frac{\sqrt2}{2}`],
      ["(2,500)", "(2, 500)"],
      ["100,200,300", "200, 100, 300"],
      ["10 000", "10000"],
      [String.raw`\frac{1}{\sqrt2}`, String.raw`\frac{\sqrt2}{2}`],
      [String.raw`\sqrt{2}+\sqrt{3}`, String.raw`\sqrt{5+2\sqrt6}`],
      [String.raw`-\frac{1}{2}`, String.raw`\frac{-1}{2}`],
      [String.raw`-\frac{1}{2}`, "-0.5"],
      ["+5", "5"],
      ["5.", "5"],
      ["5.0", "5"],
      [".5", "0.5"],
      [String.raw`\boxed{5}`, "5"],
      ["$5$", "5"],
      [String.raw`\(5\)`, "5"],
      ["**5**", "5"],
      [String.raw`\sqrt12`, String.raw`2\sqrt3`],
      [String.raw`\tan^{-1}(1)`, String.raw`\frac{\pi}{4}`],
      [String.raw`\arcsin 1`, String.raw`\pi/2`],
      [String.raw`2\mathrm{i}`, "2i"],
      [String.raw`\mathrm{e}^2`, "e^2"],
      [String.raw`\frac{\ln 2}{\ln 3}`, String.raw`\log_3 2`],
      [String.raw`\overline{AB}`, String.raw`\overline{AB}`],
      [String.raw`\frac{\sqrt[3]{4}}{2}`, String.raw`\frac{1}{\sqrt[3]{2}}`],
      ["2^{1/2}", String.raw`\sqrt2`],
      ["8^{2/3}", "4"],
      ["1,234.5", "1234.5"],
      [String.raw`0.1\overline{6}`, String.raw`\frac{1}{6}`],
      [String.raw`6.02\times 10^{23}`, "6.02e23"],
      [String.raw`6.02 \cdot 10^{23}`, "602000000000000000000000"],
      [String.raw`\text{The answer is }5`, "5"],
      [String.raw`\ln(xy)`, String.raw`\ln x+\ln y`],
      [String.raw`\frac{3}{2}\pi`, String.raw`1.5\pi`],
      [String.raw`\frac\pi3`, String.raw`\frac{\pi}{3}`],
      [String.raw`\sqrt{\frac{1}{4}}`, String.raw`\frac12`],
      [String.raw`\text{$5$}`, "5"],
      [String.raw`\frac{\frac{1}{2}}{3}`, String.raw`\frac16`],
      [String.raw`\sqrt{7-4\sqrt3}`, String.raw`2-\sqrt3`],
    ],
  ],
];

const differentPairs: readonly Group[] = [
  [
    "text labels, letters and words",
    [
      [String.raw`\text{Monday}`, String.raw`\text{Mon}`],
      ["B", "A"],
      ["ABC", "CAB"],
      ["no", "on"],
      [String.raw`\text{north}`, String.raw`\text{south}`],
      [String.raw`\text{yes}`, String.raw`\text{no}`],
      ["12:30", "12:45"],
      [String.raw`\text{Isabella}`, String.raw`\text{Ella}`],
      ["(B) 12", "C"],
      ["C", "B"],
      [String.raw`\text{B}`, String.raw`\text{b or c}`],
      [String.raw`\text{Evelyn}`, String.raw`\text{Evelyn and Tom}`],
    ],
  ],
  [
    "units, currencies, percent signs and degrees",
    [
      [String.raw`5\text{ cm}`, String.raw`5\text{ m}`],
      ["5 minutes", "5 hours"],
      [String.raw`5\text{ apples}`, String.raw`5\text{ oranges}`],
      [String.raw`270^\circ`, String.raw`\frac{3\pi}{2}`],
      [String.raw`50\%`, "5"],
      [String.raw`\$5`, String.raw`5\text{ cents}`],
      [String.raw`\text{5 cm}`, "6"],
      [String.raw`5^\circ C`, String.raw`5^\circ F`],
      [String.raw`4\pi \text{ cm}`, "4"],
      [String.raw`x<1 \text{ or } x>3`, "(1,3)"],
    ],
  ],
  [
    "intervals, inequalities, unions and sets of reals",
    [
      ["[1,2]", "(1,2)"],
      ["x>3", String.raw`x\ge3`],
      ["x>3", "x<3"],
      [String.raw`(3,\infty)`, String.raw`[3,\infty)`],
      [String.raw`(-\infty,1)`, String.raw`(-\infty,1]`],
      [String.raw`\infty`, String.raw`-\infty`],
      [String.raw`x\in(0,1)`, String.raw`x\in[0,1]`],
      [String.raw`\mathbb{Z}`, String.raw`\mathbb{R}`],
      ["1<x<3", "1<y<3"],
      ["x>3", "y>3"],
    ],
  ],
  [
    "lists, sets, tuples, ratios and plus-minus",
    [
      ["(2,1)", "(1,2)"],
      ["1,2", "1,2,3"],
      ["1,1,2", "1,2,2"],
      [String.raw`\{1,2\}`, "(1,2)"],
      [String.raw`\pm2`, "2"],
      ["3:4", "4:3"],
      ["1:2:3", "1:2:4"],
      [String.raw`\{1,2\}`, String.raw`\{1,2,3\}`],
      ["(1,2)", "1,2"],
      ["x=1,y=2", "x=2,y=1"],
      ["100", "1,0,0"],
    ],
  ],
  [
    "equations and assignments",
    [
      ["x=5", "y=5"],
      ["2x", "x=2"],
      ["y=2x+1", "y=2x-1"],
      ["x^2+y^2=4", "x^2+y^2=2"],
      ["2+3=6", "5"],
      [String.raw`\sum_{k=1}^n k`, String.raw`\sum_{k=1}^{n} 2k`],
    ],
  ],
  ["matrices", [[String.raw`\begin{pmatrix}1&2\end{pmatrix}`, String.raw`\begin{pmatrix}2&1\end{pmatrix}`]]],
  [
    "expressions with symbols",
    [
      [String.raw`\frac{1}{x+1}`, String.raw`\frac{1}{x}+1`],
      ["2^{x+1}", "2^x+1"],
      [String.raw`\frac{a+b}{2}`, String.raw`a+\frac{b}{2}`],
      [String.raw`\sin x`, String.raw`\cos x`],
      ["x^2", "2x"],
      [String.raw`\sqrt{x^2}`, "x"],
      ["x", "X"],
      ["5x", "5"],
      ["0.3333333333x", String.raw`\frac{x}{3}`],
      ["1.4142135623x", String.raw`\sqrt{2}x`],
      ["a/b", "b/a"],
      ["f(x+1)", "f(x)+f(1)"],
      [String.raw`\frac{x+1}{2}`, String.raw`x+\frac12`],
      ["x+1", "x-1"],
      [String.raw`\sqrt{a+b}`, String.raw`\sqrt a+\sqrt b`],
      [String.raw`\ln(x+y)`, String.raw`\ln x+\ln y`],
      ["-x^2", "(-x)^2"],
      ["x^{1/2}", "x^2"],
      ["(x-2)^2", "x^2-4"],
    ],
  ],
  [
    "numbers",
    [
      [String.raw`\frac{1+\sqrt{5}}{2}`, String.raw`1+\frac{\sqrt{5}}{2}`],
      ["0.333", String.raw`\frac13`],
      ["3.14", String.raw`\pi`],
      ["1.41421356237", String.raw`\sqrt2`],
      [String.raw`\sqrt{10^{20}+1}`, "10^{10}"],
      ["-2", "2"],
      ["1e5", "1e6"],
      [String.raw`e^{\pi\sqrt{163}}`, "262537412640768744"],
      ["10^{20}+1", "10^{20}"],
      [String.raw`\frac{1}{3}`, "0.3333333333"],
      [String.raw`2\frac12`, "1"],
      [String.raw`\log_2 8`, "2"],
      ["1,000", "1"],
      ["94,000", "94"],
      ["1,999", "1,234"],
      ["2^{3^2}", "(2^3)^2"],
      ["1011_2", "1101_2"],
      ["i", "1"],
      ["2i", "2"],
      ["3.5", "4"],
      [String.raw`\frac{\pi}{2}`, "90"],
      [String.raw`4\pi`, "4"],
      ["50", "0.5"],
      ["1+2i", "1-2i"],
      [String.raw`(1+\sqrt2)^{4000}`, String.raw`(1+\sqrt2)^{4000}+1`],
      ["e^{e^{e^{e}}}", "e^{e^{e^{e}}}+1"],
    ],
  ],
];

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

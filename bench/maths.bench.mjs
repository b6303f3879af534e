/** What it costs to tell whether two mathematical answers are equal: processor time, so that other work takes no part in it. */
import { fileURLToPath } from "node:url";
import { mathsEqual } from "../dist/evaluators/maths/maths-equal.js";

/** 500 answers a second. */
const limitMicroseconds = 2000;
const limitP99Microseconds = 50_000;

/** One of each kind that data sets hold: given, key, whether equal. */
const pairs = [
  ["\\frac{1}{2}", "0.5", true],
  ["1{,}000", "1000", true],
  ["\\frac{1+\\sqrt{5}}{2}", "1+\\frac{\\sqrt{5}}{2}", false],
  ["\\frac{\\sqrt5+1}{2}", "\\frac{1+\\sqrt5}{2}", true],
  ["\\frac{x^2-1}{x-1}", "x+1", true],
  ["(x-1)(x+1)", "x^2-1", true],
  ["2^{x+1}", "2^x+1", false],
  ["\\sin 2x", "2\\sin x\\cos x", true],
  ["\\sqrt{7-4\\sqrt3}", "2-\\sqrt3", true],
  ["\\frac{3\\sqrt{3}-\\pi}{6}", "\\frac{\\sqrt{3}}{2}-\\frac{\\pi}{6}", true],
  ["\\frac{\\ln 2}{\\ln 3}", "\\log_3 2", true],
  ["e^{\\pi\\sqrt{163}}", "262537412640768744", false],
  ["-2, 1", "1, -2", true],
  ["1\\pm\\sqrt{19}", "1+\\sqrt{19}, 1-\\sqrt{19}", true],
  ["\\{1,3\\}", "\\{3,1\\}", true],
  ["(2,1)", "(1,2)", false],
  ["(-\\infty,1)\\cup(3,\\infty)", "x<1 \\text{ or } x>3", true],
  ["\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}", true],
  ["2x-y+1=0", "y=2x+1", true],
  ["5\\text{ cm}", "5\\text{ m}", false],
  ["50\\%", "0.5", true],
  ["\\text{Monday}", "\\text{Mon}", false],
  ["\\frac{n(n+1)}{2}", "\\binom{n+1}{2}", true],
  ["0.1\\overline{6}", "\\frac16", true],
];

/** Made to be costly: long, deep, high powers, many roots. Any verdict will do, in time. */
const hostile = [
  [`${"x+".repeat(290)}x`, `${"x+".repeat(290)}1`],
  ["(".repeat(300) + "1" + ")".repeat(300), "1"],
  ["9^{9^{9^{9}}}", "1"],
  ["(x+y+z+1)^{200}", "(x+y+z+1)^{200}+1"],
  ["(x^{100}+y^{100})^{40}/(z+1)^{999}", "1"],
  [`${"\\sqrt{".repeat(50)}2${"}".repeat(50)}`, "\\sqrt[64]{2}"],
  ["(x+1)".repeat(80), "(x+1)^{80}+1"],
  [`${"\\pm1,".repeat(60)}1`, `${"\\pm1,".repeat(60)}2`],
  [`${"\\sin(x+".repeat(40)}1${")".repeat(40)}`, "x"],
];

/** Microseconds of processor time of each call. */
function timed(rounds) {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    for (const [given, key, equal] of pairs) {
      const started = process.cpuUsage();
      const verdict = mathsEqual(given, key);
      const { user, system } = process.cpuUsage(started);
      if ((verdict === "equal") !== equal) throw new Error(`${given} and ${key} are judged ${verdict}`);
      times.push(user + system);
    }
  }
  return times.sort((a, b) => a - b);
}

function slowestHostile() {
  return Math.max(
    ...hostile.map(([given, key]) => {
      const started = process.cpuUsage();
      mathsEqual(given, key);
      const { user, system } = process.cpuUsage(started);
      return user + system;
    }),
  );
}

export async function bench() {
  timed(20);
  slowestHostile();
  const times = timed(100);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const rows = [
    ["maths equality, mean", mean, limitMicroseconds],
    ["maths equality, p99", times[Math.floor(times.length * 0.99)], limitP99Microseconds],
    ["maths equality, slowest of those made to be slow", slowestHostile(), limitP99Microseconds],
  ];
  return rows.map(([name, value, yardstick]) => ({
    name,
    value,
    yardstick,
    ratio: value / yardstick,
    target: 1,
    unit: "microseconds",
  }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await bench());

/**
 * Questions made by program, with known answers: one maker per kind, one or more kinds per domain.
 * The kinds of a domain read differently, and simulated models differ in which kinds they are good at; that is what a
 * router can learn beyond the domain.
 */
import type { Random } from "../math/random.ts";
import { words } from "./word-lists.ts";

export interface Question {
  readonly domain: string;
  readonly kind: string;
  readonly prompt: string;
  readonly answer: string;
  /** how many reasoning steps it takes, roughly; longer is harder and costs more */
  readonly steps: number;
}

type Maker = (random: Random) => Pick<Question, "prompt" | "answer" | "steps">;

/** Domain id → kind → maker. */
export const questionMakers: Readonly<Record<string, Readonly<Record<string, Maker>>>> = {
  olympiad: { remainder, digitSum },
  algebra: { linearEquation, quadraticRoots },
  "code-tracing": { pythonLoop, javascriptReduce },
  "bug-finding": { wrongLine, offByOne },
  science: { kineticEnergy, dilution },
  exam: { medianOf, simpleInterest },
  facts: { atomicNumber, letterPosition },
  instructions: { sortWords, reverseWords },
  "tool-use": { refundCall, bookingCall },
};

/** The question of a domain at a place, from 0: its kinds come in turn. */
export function makeQuestion(domain: string, place: number, random: Random): Question {
  const kinds = Object.entries(questionMakers[domain] ?? {});
  const [kind, make] = kinds[place % kinds.length]!;
  return { domain, kind, ...make(random) };
}

function between(random: Random, low: number, high: number): number {
  return low + random.below(high - low + 1);
}

function some<T>(random: Random, from: readonly T[], count: number): T[] {
  const left = [...from];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)[0]!);
}

function remainder(random: Random): ReturnType<Maker> {
  const [base, exponent, modulus] = [between(random, 2, 97), between(random, 11, 400), between(random, 7, 997)];
  let value = 1;
  for (let i = 0; i < exponent; i++) value = (value * base) % modulus;
  const prompt = `Let N = ${base}^${exponent}. Find the remainder when N is divided by ${modulus}.`;
  return { prompt, answer: String(value), steps: Math.log2(exponent) };
}

function digitSum(random: Random): ReturnType<Maker> {
  const [from, to] = [between(random, 10, 400), between(random, 401, 2000)];
  let total = 0;
  for (let n = from; n <= to; n++) for (const digit of String(n)) total += Number(digit);
  const prompt = `A clerk writes down every integer from ${from} to ${to}. What is the sum of all digits written?`;
  return { prompt, answer: String(total), steps: 6 };
}

function linearEquation(random: Random): ReturnType<Maker> {
  const [x, a, b, c] = [
    between(random, -30, 30),
    between(random, 2, 19),
    between(random, -50, 50),
    between(random, 1, 9),
  ];
  const prompt = `Solve for x: ${a + c}x + ${b} = ${c}x + ${a * x + b}. What is x?`;
  return { prompt, answer: String(x), steps: 3 };
}

function quadraticRoots(random: Random): ReturnType<Maker> {
  const [p, q] = [between(random, -15, 15), between(random, -15, 15)];
  const prompt = `The polynomial t^2 + (${-(p + q)})t + (${p * q}) has two roots. What is the larger root minus the smaller root?`;
  return { prompt, answer: String(Math.abs(p - q)), steps: 4 };
}

function pythonLoop(random: Random): ReturnType<Maker> {
  const [n, step, start] = [between(random, 5, 40), between(random, 2, 7), between(random, 0, 9)];
  let total = start;
  for (let i = 0; i < n; i += step) if (i % 2 === 0) total += i;
  const prompt = `What does this Python program print?\n\ntotal = ${start}\nfor i in range(0, ${n}, ${step}):\n    if i % 2 == 0:\n        total += i\nprint(total)\n`;
  return { prompt, answer: String(total), steps: n / step };
}

function javascriptReduce(random: Random): ReturnType<Maker> {
  const values = Array.from({ length: between(random, 3, 9) }, () => between(random, 1, 20));
  const factor = between(random, 2, 5);
  const result = values.filter((v) => v % 2 === 1).reduce((sum, v) => sum + v * factor, 0);
  const prompt = `What is logged by this JavaScript snippet?\n\nconst values = [${values.join(", ")}];\nconsole.log(values.filter((v) => v % 2 === 1).reduce((sum, v) => sum + v * ${factor}, 0));\n`;
  return { prompt, answer: String(result), steps: values.length };
}

function wrongLine(random: Random): ReturnType<Maker> {
  const length = between(random, 6, 16);
  const bad = between(random, 1, length);
  const lines = Array.from({ length }, (_, i) => {
    const [name] = some(random, words.nouns, 1);
    return `${i + 1}: self.${name} = ${i + 1 === bad ? "setings" : "settings"}["${name}"]`;
  });
  const prompt = `The repository's tests fail with a NameError after this patch. Which line number holds the typo?\n\n${lines.join("\n")}\n`;
  return { prompt, answer: String(bad), steps: length };
}

function offByOne(random: Random): ReturnType<Maker> {
  const [n, extra] = [between(random, 4, 60), between(random, 1, 3)];
  const prompt = `Issue: "pagination drops items". The code calls range(0, len(items) - ${extra}) where len(items) is ${n}. How many items does the loop never visit?`;
  return { prompt, answer: String(extra), steps: 5 };
}

function kineticEnergy(random: Random): ReturnType<Maker> {
  const [mass, speed] = [2 * between(random, 1, 40), between(random, 2, 30)];
  const prompt = `A body of mass ${mass} kg moves at ${speed} m/s in a vacuum. Compute its kinetic energy in joules.`;
  return { prompt, answer: String((mass * speed * speed) / 2), steps: 3 };
}

function dilution(random: Random): ReturnType<Maker> {
  const [volume, factor, molar] = [between(random, 1, 20) * 10, between(random, 2, 9), between(random, 1, 12)];
  const prompt = `A chemist dilutes ${volume} mL of a ${molar * factor} mol/L acid stock to ${volume * factor} mL. What is the final concentration in mol/L?`;
  return { prompt, answer: String(molar), steps: 3 };
}

function medianOf(random: Random): ReturnType<Maker> {
  const values = Array.from({ length: 2 * between(random, 2, 5) + 1 }, () => between(random, 1, 99));
  const median = values.toSorted((a, b) => a - b)[(values.length - 1) / 2]!;
  const prompt = `Statistics exam. What is the median of ${values.join(", ")}?`;
  return { prompt, answer: String(median), steps: values.length };
}

function simpleInterest(random: Random): ReturnType<Maker> {
  const [principal, rate, years] = [100 * between(random, 1, 90), between(random, 1, 12), between(random, 1, 10)];
  const prompt = `Business exam. What is the simple interest on $${principal} at ${rate}% a year over ${years} years, in dollars?`;
  return { prompt, answer: String((principal * rate * years) / 100), steps: 3 };
}

function atomicNumber(random: Random): ReturnType<Maker> {
  const position = random.below(words.elements.length);
  return {
    prompt: `What is the atomic number of ${words.elements[position]}?`,
    answer: String(position + 1),
    steps: 1,
  };
}

function letterPosition(random: Random): ReturnType<Maker> {
  const [noun] = some(random, words.nouns, 1);
  const place = random.below(noun!.length);
  return {
    prompt: `In the English word "${noun}", which letter stands at position ${place + 1}?`,
    answer: noun![place]!,
    steps: 1,
  };
}

function sortWords(random: Random): ReturnType<Maker> {
  const list = some(random, words.nouns, between(random, 4, 9));
  return {
    prompt: `Please write these words in alphabetical order, separated by commas: ${list.join(", ")}`,
    answer: list.toSorted().join(", "),
    steps: list.length,
  };
}

function reverseWords(random: Random): ReturnType<Maker> {
  const list = some(random, words.nouns, between(random, 3, 7));
  return {
    prompt: `Please repeat the following sentence with its words in reverse order and keep everything lower-case: ${list.join(" ")}`,
    answer: list.toReversed().join(" "),
    steps: list.length,
  };
}

function refundCall(random: Random): ReturnType<Maker> {
  const [order, amount] = [between(random, 10_000, 99_999), between(random, 5, 400)];
  const prompt = `You are a support agent with the tools get_order(id), refund(id, amount) and escalate(id, reason). The customer of order ${order} was charged $${amount} twice and wants one charge back. Which tool call do you make?`;
  return { prompt, answer: `refund(${order}, ${amount})`, steps: 4 };
}

function bookingCall(random: Random): ReturnType<Maker> {
  const [flight, seat] = [
    `${some(random, ["BA", "LH", "AF", "KL"], 1)[0]}${between(random, 100, 999)}`,
    `${between(random, 1, 40)}${"ABCDEF"[random.below(6)]}`,
  ];
  const prompt = `Airline policy: seats may be changed free of charge before check-in. Tools: find_booking(flight), change_seat(flight, seat), cancel(flight). A passenger on ${flight}, not yet checked in, asks for seat ${seat}. Which call do you make?`;
  return { prompt, answer: `change_seat(${flight}, ${seat})`, steps: 4 };
}

/** What an answer costs to score by the letter family: processor time, so that other work takes no part in it. */
import { fileURLToPath } from "node:url";
import { mmluPro } from "../dist/datasets/mmlu-pro.js";
import { scoreAnswer } from "../dist/scoring/score-answer.js";

const count = 100_000;
/** 200,000 answers a second. */
const limitMicroseconds = 5;
const sentence = "The sum stays the same before and after, for no outer force acts on the cart. ";
const endings = [
  "Answer: C",
  "**Answer:** C",
  "Answer: (C) by symmetry",
  "The answer is C.",
  "\\boxed{C}",
  "answer: c.",
];
const record = { options: Array.from({ length: 10 }, (_, i) => `${i + 1} kg m/s`) };
const answers = Array.from({ length: count }, (_, i) => ({
  response: `${sentence.repeat(5)}\n\n${endings[i % endings.length]}`,
  truth: "C",
  record,
}));

function scoreAll() {
  let right = 0;
  for (const answer of answers) right += scoreAnswer(mmluPro, answer).score;
  if (right !== count) throw new Error(`${count - right} right answers were scored wrong`);
}

export async function bench() {
  scoreAll();
  const started = process.cpuUsage();
  scoreAll();
  const { user, system } = process.cpuUsage(started);
  const value = (user + system) / count;
  const name = "letter scoring of an answer of 400 characters";
  return [
    { name, value, yardstick: limitMicroseconds, ratio: value / limitMicroseconds, target: 1, unit: "microseconds" },
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await bench());

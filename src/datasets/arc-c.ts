/** ARC-Challenge: grade-school science questions that retrieval gets wrong. Clark et al., 2018, arXiv:1803.05457. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import type { Answered } from "../core/evaluator.ts";
import { choicePrompt } from "./choice-prompt.ts";
import { lettered } from "./lettered.ts";

const choicesSchema = z.object({ text: z.array(z.string()), label: z.array(z.string()) });

/** Some items label their options 1–4: the prompt shows A–D, so the key goes by its place. */
function letterOf(key: unknown, labels: readonly string[]): unknown {
  const place = labels.indexOf(String(key));
  return place < 0 ? key : lettered(labels)[place]?.letter;
}

function key(answered: Answered): Answered {
  const parsed = choicesSchema.safeParse(answered.record["choices"]);
  if (!parsed.success) return answered;
  const { text, label } = parsed.data;
  return { ...answered, choices: lettered(text), truth: letterOf(answered.truth, label) };
}

const own = { evaluator: "letter", options: { letters: "A-E" } } as const;
const numbered = { evaluator: "letter", options: { letters: "A-E", numbered: true } } as const;

export const arcChallenge = defineDataset({
  id: "arc-c",
  aliases: ["arc-challenge", "ai2-arc"],
  title: "ARC-Challenge",
  description: "Grade-school science questions that simple retrieval gets wrong, three to five options.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/allenai/ai2_arc",
    repository: "allenai/ai2_arc",
    revision: "main",
  },
  licence: "CC-BY-SA-4.0",
  redistributable: false,
  splits: {
    test: { files: [{ path: "ARC-Challenge/test-00000-of-00001.parquet", format: "parquet" }], expected: 1172 },
  },
  schema: z.object({ id: z.string(), question: z.string(), choices: choicesSchema, answerKey: z.string() }),
  toItem: ({ id, question, choices, answerKey }) => ({
    id,
    query: question,
    choices: lettered(choices.text),
    truth: answerKey,
    record: { choices },
  }),
  prompt: (item) => choicePrompt(item, "multiple-choice question on science"),
  // A number names an option only where the source counts its options so.
  scorer: ({ record }) => (/"label":\["1"/.test(JSON.stringify(record["choices"] ?? "")) ? numbered : own),
  key,
  selfCheck: ({ choices, answerKey }) => `Answer: ${String(letterOf(answerKey, choices.label))}`,
  example: {
    id: "made-up",
    question: "Which tool tells how warm a room is?",
    choices: { text: ["a scale", "a ruler", "a thermometer", "a clock"], label: ["1", "2", "3", "4"] },
    answerKey: "3",
  },
});

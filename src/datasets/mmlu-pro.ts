/** MMLU-Pro: exam questions of fourteen subjects with up to ten options. Wang et al., 2024, arXiv:2406.01574. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import { choicePrompt } from "./choice-prompt.ts";
import { letterKey } from "./letter-key.ts";
import { lettered } from "./lettered.ts";

const test = [{ path: "data/test-00000-of-00001.parquet", format: "parquet" }] as const;

export const mmluPro = defineDataset({
  id: "mmlu-pro",
  title: "MMLU-Pro",
  description: "Exam questions of fourteen subjects, three to ten options each.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/TIGER-Lab/MMLU-Pro",
    repository: "TIGER-Lab/MMLU-Pro",
    revision: "main",
  },
  licence: "MIT",
  redistributable: true,
  splits: {
    test: { files: test, expected: 12_032 },
    // The paper's own draws are not documented; these are ours, of the same size.
    test_1000: { files: test, expected: 1000, sample: { count: 1000, seed: 42, stratum: "category" } },
    test_3000: { files: test, expected: 3000, sample: { count: 3000, seed: 42, stratum: "category" } },
  },
  schema: z.object({
    question_id: z.union([z.int(), z.string()]),
    question: z.string(),
    options: z.union([z.array(z.string()), z.record(z.string(), z.string())]),
    answer: z.string(),
    category: z.string(),
  }),
  toItem: ({ question_id, question, options, answer, category }) => ({
    id: String(question_id),
    query: question,
    choices: lettered(options),
    truth: answer,
    record: { options },
    tags: { category },
  }),
  prompt: (item) => choicePrompt(item, `multiple-choice question on ${item.tags?.["category"] ?? "an exam subject"}`),
  scorer: { evaluator: "letter", options: { letters: "A-J" } },
  key: letterKey("options"),
  selfCheck: ({ answer }) => `Answer: ${answer}`,
  example: {
    question_id: 1,
    question: "A cart of 2 kg moves at 3 m/s. What is its momentum in kg m/s?",
    options: ["1.5", "5", "6", "9"],
    answer: "C",
    category: "physics",
  },
});

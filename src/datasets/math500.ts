/** MATH-500: competition problems of seven subjects and five levels. Lightman et al., 2023, arXiv:2305.20050. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import { mathsPrompt } from "./maths-prompt.ts";

export const math500 = defineDataset({
  id: "math500",
  title: "MATH-500",
  description: "Competition problems of seven subjects and five levels, drawn from the test part of MATH.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/HuggingFaceH4/MATH-500",
    repository: "HuggingFaceH4/MATH-500",
    revision: "main",
  },
  licence: "MIT",
  redistributable: true,
  splits: { test: { files: [{ path: "test.jsonl", format: "jsonl" }], expected: 500 } },
  schema: z.object({
    problem: z.string(),
    answer: z.string(),
    subject: z.string().default(""),
    level: z.union([z.int(), z.string()]).default(""),
    unique_id: z.string().optional(),
  }),
  toItem: ({ problem, answer, subject, level, unique_id }, position) => ({
    id: unique_id ?? String(position),
    query: problem,
    truth: answer,
    record: {},
    tags: { subject, level: String(level) },
  }),
  prompt: (item) => mathsPrompt(item),
  scorer: { evaluator: "boxed-maths" },
  selfCheck: ({ answer }) => `\\boxed{${answer}}`,
  example: {
    problem: "Write the sum of the roots of $x^2 - 3x + 1 = 0$ divided by two as a common fraction.",
    answer: "\\frac{3}{2}",
    subject: "Algebra",
    level: 2,
    unique_id: "test/algebra/1.json",
  },
});

/** AIME 2024 and 2025: contest problems whose answers are whole numbers from 0 to 999. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import type { SourceFile } from "../core/dataset.ts";
import { mathsPrompt } from "./maths-prompt.ts";

const of2024: SourceFile = { path: "aime_2024_problems.parquet", format: "parquet" };
const of2025: SourceFile = {
  path: "aime25/test.jsonl",
  format: "jsonl",
  url: "https://huggingface.co/datasets/math-ai/aime25/resolve/main/test.jsonl",
};

const text = z.union([z.string(), z.number()]).transform(String);

export const aime = defineDataset({
  id: "aime",
  aliases: ["aime2024", "aime2025"],
  title: "AIME 2024 and 2025",
  description:
    "Problems of the American Invitational Mathematics Examination; every answer is a whole number, 0 to 999.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/Maxwell-Jia/AIME_2024",
    repository: "Maxwell-Jia/AIME_2024",
    revision: "main",
  },
  licence: "MIT (2024), Apache-2.0 (2025)",
  redistributable: false,
  splits: {
    hybrid: { files: [of2024, of2025], expected: 60 },
    aime_2024: { files: [of2024], expected: 30 },
    aime_2025: { files: [of2025], expected: 30 },
  },
  schema: z.union([
    z.object({ ID: text, Problem: z.string(), Answer: text }).transform((row) => ({
      id: row.ID,
      problem: row.Problem,
      answer: row.Answer,
    })),
    z.object({ id: text.optional(), problem: z.string(), answer: text }),
  ]),
  toItem: ({ id, problem, answer }, position) => ({
    id: id === undefined ? String(position) : id.length < 3 ? `2025-${id}` : id,
    query: problem,
    truth: answer,
    record: {},
  }),
  prompt: (item) => mathsPrompt(item, "contest problem whose answer is a whole number from 0 to 999"),
  scorer: { evaluator: "boxed-maths", options: { integer: true, compatLastInteger: true } },
  selfCheck: ({ answer }) => `\\boxed{${answer}}`,
  example: {
    id: "2024-0",
    problem: "Find the number of whole numbers from 1 to 999 that are divisible by 5.",
    answer: "199",
  },
});

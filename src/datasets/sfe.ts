/** SFE, Scientists' First Exam: questions on pictures of scientific data. Zhou et al., 2025, arXiv:2506.10521. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";

const kinds: Readonly<Record<string, string>> = {
  mcq: "Answer with the letter of the right option.",
  exact_match: "Answer with one word or a short phrase.",
  open_ended: "Answer with a short phrase or sentence.",
};

export const sfe = defineDataset({
  id: "sfe",
  title: "SFE",
  description: "Questions on pictures of scientific data of five fields; a judge grades from 0 to 10.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/PrismaX/SFE",
    repository: "PrismaX/SFE",
    revision: "main",
  },
  licence: "MIT",
  redistributable: true,
  splits: { test: { files: [{ path: "data/test-00000-of-00001.parquet", format: "parquet" }], expected: 830 } },
  schema: z.object({
    id: z.union([z.string(), z.int()]).transform(String),
    question: z.string(),
    images: z.array(z.string()).default([]),
    options: z.array(z.string()).nullish(),
    answer: z.string(),
    question_type: z.string().default("open_ended"),
    field: z.string().default(""),
  }),
  toItem: ({ id, question, images, options, answer, question_type, field }) => ({
    id,
    query: options?.length ? `${question}\n\nChoices:\n${options.join("\n")}` : question,
    truth: answer,
    record: { question, question_type },
    images,
    tags: { field, question_type },
  }),
  prompt: ({ query, record }) => `${query}\n\n${kinds[String(record["question_type"])] ?? kinds["open_ended"] ?? ""}`,
  scorer: { evaluator: "judged", options: { rubric: "scale" } },
  selfCheck: ({ answer }) => answer,
  example: {
    id: "example-1",
    question: "<image>\nHow many peaks has the curve?",
    images: [],
    options: null,
    answer: "3",
    question_type: "exact_match",
    field: "physics",
  },
});

/** Humanity's Last Exam, the questions without a picture. Phan et al., 2025, arXiv:2501.14249. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";

const test = [{ path: "data/test-00000-of-00001.parquet", format: "parquet" }] as const;

const hasNoPicture = (row: unknown): boolean => {
  const { image } = Object(row) as { readonly image?: unknown };
  return image === undefined || image === null || image === "";
};

export const hle = defineDataset({
  id: "hle",
  title: "Humanity's Last Exam",
  description:
    "Questions at the edge of what experts know, those without a picture; a judge compares the final answer.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/cais/hle",
    repository: "cais/hle",
    revision: "main",
  },
  licence: "MIT; its authors ask not to publish the questions",
  redistributable: false,
  gated: "Accept the terms on the set's page, then put a token of your account in the environment variable HF_TOKEN.",
  splits: {
    test: { files: test, expected: 2158, subset: "rows without a picture", keep: hasNoPicture },
    subset_500: {
      files: test,
      expected: 500,
      subset: "500 of the rows without a picture",
      keep: hasNoPicture,
      sample: { count: 500, seed: 42 },
    },
  },
  schema: z.object({
    id: z.string(),
    question: z.string(),
    image: z.string().nullish(),
    answer: z.string(),
    answer_type: z.string().default(""),
    category: z.string().default(""),
  }),
  toItem: ({ id, question, answer, answer_type, category }) => ({
    id,
    query: question,
    truth: answer,
    record: { question },
    tags: { category, answer_type },
  }),
  prompt: ({ query }) =>
    `${query}\n\nEnd with three lines, in this form:\nExplanation: why\nAnswer: your answer\nConfidence: how sure you are, from 0% to 100%`,
  scorer: { evaluator: "judged", options: { rubric: "matching" } },
  metrics: ["accuracy", "calibration-error"],
  selfCheck: ({ answer }) => `Explanation: known\nAnswer: ${answer}\nConfidence: 100%`,
  example: {
    id: "example-1",
    question: "How many edges has a cube in four dimensions?",
    answer: "32",
    answer_type: "exactMatch",
    category: "Math",
  },
});

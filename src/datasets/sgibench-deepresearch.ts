/** SGI-Bench, deep research: questions that take several findings and a calculation. Xu et al., 2025, arXiv:2512.16969. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";

export const sgibenchDeepResearch = defineDataset({
  id: "sgibench-deepresearch",
  aliases: ["sgi-deep-research"],
  title: "SGI-Bench: deep research",
  description: "Scientific questions over several findings; one short answer, and the steps to it judged one by one.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/InternScience/SGI-DeepResearch",
    repository: "InternScience/SGI-DeepResearch",
    revision: "refs/convert/parquet",
  },
  licence: "see the data set's card",
  redistributable: false,
  splits: { test: { files: [{ path: "default/test/0000.parquet", format: "parquet" }], expected: 318 } },
  schema: z.object({
    idx: z.union([z.string(), z.number()]).transform(String).optional(),
    question: z.string(),
    answer: z.string(),
    steps: z.union([z.array(z.string()), z.string()]).default([]),
    discipline: z.string().default(""),
  }),
  toItem: ({ idx, question, answer, steps, discipline }, position) => ({
    id: idx ?? String(position),
    query: question,
    truth: answer,
    record: { question, steps },
    tags: { discipline },
  }),
  prompt: ({ query }) =>
    [
      query,
      "Reason step by step. Then write the final answer alone between <answer> and </answer>, for example <answer>0.25</answer>.",
    ].join("\n\n"),
  scorer: { evaluator: "research" },
  selfCheck: ({ answer }) => `<answer>${answer}</answer>`,
  example: {
    idx: "1",
    question: "A sample of 8 g loses half of its mass in every hour. Which share is left after two hours?",
    answer: "0.25",
    steps: ["After one hour half is left.", "After two hours half of that: 0.25."],
    discipline: "physics",
  },
});

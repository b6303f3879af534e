/** SimpleQA: short questions of fact with one right answer. Wei et al., 2024, arXiv:2411.04368. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";

const address = "https://openaipublic.blob.core.windows.net/simple-evals/simple_qa_test_set.csv";

export const simpleqa = defineDataset({
  id: "simpleqa",
  title: "SimpleQA",
  description: "Short questions of fact, made to be hard for models; a judge says correct, incorrect or not attempted.",
  source: { kind: "http", home: "https://github.com/openai/simple-evals", revision: "main" },
  licence: "MIT",
  redistributable: true,
  splits: {
    test: { files: [{ path: "simple_qa_test_set.csv", format: "csv", url: address }], expected: 4326 },
    subset_500: {
      files: [{ path: "simple_qa_test_set.csv", format: "csv", url: address }],
      expected: 500,
      sample: { count: 500, seed: 42 },
    },
  },
  schema: z.object({ problem: z.string(), answer: z.string(), metadata: z.string().default("") }),
  toItem: ({ problem, answer }, position) => ({
    id: String(position),
    query: problem,
    truth: answer,
    record: { question: problem },
  }),
  prompt: ({ query }) => query,
  scorer: { evaluator: "judged", options: { rubric: "graded" } },
  metrics: ["accuracy", "simpleqa-f1"],
  selfCheck: ({ answer }) => answer,
  example: { problem: "Which city is the capital of Australia?", answer: "Canberra", metadata: "" },
});

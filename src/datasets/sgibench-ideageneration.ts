/** SGI-Bench, idea generation: a hypothesis and a plan for an open question. Xu et al., 2025, arXiv:2512.16969. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";

const printed = z
  .unknown()
  .optional()
  .transform((value) => value ?? "");

export const sgibenchIdeaGeneration = defineDataset({
  id: "sgibench-ideageneration",
  aliases: ["sgi-idea-generation"],
  title: "SGI-Bench: idea generation",
  description:
    "A research idea with its plan; half measured, half by the votes of three judges against the paper's own.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/InternScience/SGI-IdeaGeneration",
    repository: "InternScience/SGI-IdeaGeneration",
    revision: "refs/convert/parquet",
  },
  licence: "see the data set's card",
  redistributable: false,
  splits: { test: { files: [{ path: "default/test/0000.parquet", format: "parquet" }], expected: 315 } },
  schema: z.looseObject({
    idx: z.union([z.string(), z.number()]).transform(String).optional(),
    question: z.string(),
    core_idea: z.string(),
    keywords: printed,
    discipline: z.string().default(""),
  }),
  toItem: ({ idx, question, discipline, ...row }, position) => ({
    id: idx ?? String(position),
    query: question,
    truth: null,
    record: row,
    tags: { discipline },
  }),
  prompt: ({ query }) =>
    [
      query,
      'Reply with one JSON object: {"Idea": "…", "ImplementationSteps": {"1": "…", "2": "…"}, "ImplementationOrder": ["1-2"], "Dataset": "…", "EvaluationMetrics": {"…": "…"}, "ExpectedOutcome": "…"}. The idea in 300 to 700 characters.',
    ].join("\n\n"),
  scorer: { evaluator: "idea" },
  selfCheck: ({ core_idea }) => JSON.stringify({ Idea: core_idea }),
  example: {
    idx: "1",
    question: "How can the yield of a reaction be predicted before it is run?",
    core_idea: "Pool molecular graphs",
    related_work: "{'A': 'text'}",
    existing_solutions: "{'B': 'text'}",
    implementation_steps: "{'1': 'collect data', '2': 'train a model'}",
    implementation_order: "['1-2']",
    data: "open yields",
    evaluation_metrics: "{'MAE': 'mean absolute error'}",
    expected_outcome: "better predictions",
    keywords: ["graph"],
    related_work_test: "{}",
    discipline: "chemistry",
  },
});

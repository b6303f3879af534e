/** SGI-Bench, wet experiments: laboratory protocols put together from given actions. Xu et al., 2025, arXiv:2512.16969. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";

export const sgibenchWetExperiment = defineDataset({
  id: "sgibench-wetexperiment",
  aliases: ["sgi-wet-experiment"],
  title: "SGI-Bench: wet experiments",
  description: "Laboratory protocols: the steps of an experiment, put in order from a pool of actions and linked.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/InternScience/SGI-WetExperiment",
    repository: "InternScience/SGI-WetExperiment",
    revision: "refs/convert/parquet",
  },
  licence: "see the data set's card",
  redistributable: false,
  splits: { test: { files: [{ path: "default/test/0000.parquet", format: "parquet" }], expected: 68 } },
  schema: z.object({
    idx: z.union([z.string(), z.number()]).transform(String).optional(),
    question: z.string(),
    answer: z.string(),
    discipline: z.string().default(""),
  }),
  toItem: ({ idx, question, answer, discipline }, position) => ({
    id: idx ?? String(position),
    query: question,
    truth: answer,
    record: {},
    tags: { discipline },
  }),
  prompt: ({ query }) =>
    [
      query,
      'Think first. Then write the whole protocol between <answer> and </answer>, one step after the other in this form:\nproduct = <Action name>(\n    parameter=earlier_product,\n    other_parameter="value"\n)',
    ].join("\n\n"),
  scorer: { evaluator: "protocol" },
  selfCheck: ({ answer }) => `<answer>\n${answer}\n</answer>`,
  example: {
    idx: "1",
    question: "Use the actions <Dissolve>(solid, solvent) and <Filter>(liquid) to make a clear salt solution.",
    answer: 'brine = <Dissolve>(\n    solid="salt",\n    solvent="water"\n)\n\nclear = <Filter>(\n    liquid=brine\n)',
    discipline: "chemistry",
  },
});

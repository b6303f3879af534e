/** SGI-Bench, dry experiments: functions of a scientific program, left open. Xu et al., 2025, arXiv:2512.16969. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";

export const sgibenchDryExperiment = defineDataset({
  id: "sgibench-dryexperiment",
  aliases: ["sgi-dry-experiment"],
  title: "SGI-Bench: dry experiments",
  description: "Scientific programs with functions left open; filled in, each runs on five sets of data.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/InternScience/SGI-DryExperiment",
    repository: "InternScience/SGI-DryExperiment",
    revision: "refs/convert/parquet",
  },
  licence: "see the data set's card",
  redistributable: false,
  splits: { test: { files: [{ path: "default/test/0000.parquet", format: "parquet" }], expected: 271 } },
  schema: z.looseObject({
    idx: z.union([z.string(), z.number()]).transform(String),
    question: z.string(),
    incomplete_functions: z.array(z.string()),
    incomplete_main_code: z.string(),
    discipline: z.string().default(""),
  }),
  toItem: ({ question, idx, discipline, incomplete_functions, incomplete_main_code, ...row }) => ({
    id: idx,
    query: question,
    truth: null,
    record: {
      incomplete_functions,
      incomplete_main_code,
      ...Object.fromEntries(Object.entries(row).filter(([name]) => name.startsWith("unit_test_"))),
    },
    tags: { discipline },
  }),
  prompt: ({ query }) =>
    [query, "Write the completed functions, whole and with their headers, between <answer> and </answer>."].join(
      "\n\n",
    ),
  scorer: { evaluator: "code-completion" },
  selfCheck: ({ completed }) => `<answer>\n${String(completed)}\n</answer>`,
  example: {
    idx: "1",
    question: "Complete area(r), the area of a circle of radius r with 3 for pi.",
    incomplete_functions: ["area"],
    incomplete_main_code: "def area(r):\n    pass\n\nprint(area(int(open('data/r.txt').read())))\n",
    completed: "def area(r):\n    return 3 * r * r",
    discipline: "mathematics",
    unit_test_0_data: "open('data/r.txt', 'w').write('2')",
    unit_test_0_output: "12",
  },
});

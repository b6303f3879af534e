/** MBPP: short Python tasks with three assertions each. Austin et al., 2021, arXiv:2108.07732. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import { assertionPrompt } from "./assertion-prompt.ts";

const part = (name: string): { readonly path: string; readonly format: "parquet" } => ({
  path: `full/${name}-00000-of-00001.parquet`,
  format: "parquet",
});

export const mbpp = defineDataset({
  id: "mbpp",
  title: "MBPP",
  description: "Short Python tasks with three assertions each. The standard test part is 500 of the 974.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/google-research-datasets/mbpp",
    repository: "google-research-datasets/mbpp",
    revision: "main",
  },
  licence: "CC-BY-4.0",
  redistributable: true,
  splits: {
    // The reference's "test" is all four parts.
    test: { files: ["train", "test", "validation", "prompt"].map(part), expected: 974, subset: "all four parts" },
    test_500: { files: [part("test")], expected: 500, subset: "the standard test part" },
  },
  schema: z.object({
    task_id: z.int(),
    text: z.string(),
    code: z.string(),
    test_list: z.array(z.string()),
    test_setup_code: z.string().default(""),
  }),
  toItem: ({ task_id, text, test_list, test_setup_code }) => ({
    id: String(task_id),
    query: text,
    truth: null,
    record: { test_list, test_setup_code },
  }),
  prompt: assertionPrompt,
  scorer: { evaluator: "code-assertions" },
  selfCheck: ({ code }) => `\`\`\`python\n${code}\n\`\`\``,
  example: {
    task_id: 1,
    text: "Write a function to find the smallest number of a list.",
    code: "def smallest(xs):\n    return min(xs)",
    test_list: ["assert smallest([3, 1, 2]) == 1", "assert smallest([5]) == 5", "assert smallest([0, -1]) == -1"],
    test_setup_code: "",
  },
});

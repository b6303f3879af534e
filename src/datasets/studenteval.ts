/** StudentEval: prompts for Python functions as beginners write them. Babe et al., 2023, arXiv:2306.04556. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import { assertionPrompt } from "./assertion-prompt.ts";

const list = z.union([z.array(z.string()), z.string().transform((text) => [text])]);

export const studenteval = defineDataset({
  id: "studenteval",
  title: "StudentEval",
  description: "1,749 prompts that students wrote for 48 Python functions.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/wellesley-easel/StudentEval",
    repository: "wellesley-easel/StudentEval",
    revision: "main",
  },
  licence: "OpenRAIL",
  redistributable: false,
  gated: "Accept the terms on the set's page, then put a token of your account in the environment variable HF_TOKEN.",
  splits: { test: { files: [{ path: "data/test-00000-of-00001.parquet", format: "parquet" }], expected: 1749 } },
  schema: z.object({
    prompt: z.string(),
    assertions: list,
    entrypoint: z.string(),
    completion: z.string().optional(),
  }),
  toItem: ({ prompt, assertions, entrypoint }, position) => ({
    id: String(position),
    query: prompt,
    truth: null,
    record: { test_list: assertions, entry_point: entrypoint },
  }),
  prompt: assertionPrompt,
  scorer: { evaluator: "code-assertions" },
  selfCheck: ({ completion = "" }) => `\`\`\`python\n${completion}\n\`\`\``,
  example: {
    prompt: "def loud(s): makes the word upper case and adds an exclamation mark",
    assertions: ["assert loud('hi') == 'HI!'"],
    entrypoint: "loud",
    completion: "def loud(s):\n    return s.upper() + '!'",
  },
});

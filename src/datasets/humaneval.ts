/** HumanEval: Python functions to be completed, held to hidden tests. Chen et al., 2021, arXiv:2107.03374. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import type { DatasetDefinition } from "../core/dataset.ts";
import type { Item } from "../core/item.ts";

const schema = z.object({
  task_id: z.string(),
  prompt: z.string(),
  entry_point: z.string(),
  canonical_solution: z.string(),
  test: z.string(),
});

const task = "Complete this Python function. Give the whole function, imports included, in one fenced block of Python.";

function functionPrompt({ query }: Item): string {
  return `${task}\n\n\`\`\`python\n${query.trimEnd()}\n\`\`\``;
}

const shared = {
  source: {
    kind: "huggingface" as const,
    home: "https://huggingface.co/datasets/openai/openai_humaneval",
    repository: "openai/openai_humaneval",
    revision: "main",
  },
  licence: "MIT",
  redistributable: true,
  splits: {
    test: {
      files: [{ path: "openai_humaneval/test-00000-of-00001.parquet", format: "parquet" as const }],
      expected: 164,
    },
  },
  schema,
  toItem: ({ task_id, prompt, entry_point, test }: z.infer<typeof schema>): Item => ({
    id: task_id,
    query: prompt,
    truth: null,
    record: { prompt, entry_point, test },
  }),
  scorer: { evaluator: "code-assertions" },
  selfCheck: ({ prompt, canonical_solution }: z.infer<typeof schema>): string =>
    `\`\`\`python\n${prompt}${canonical_solution}\n\`\`\``,
  example: {
    task_id: "Example/0",
    prompt: 'def double(x: int) -> int:\n    """Twice the number.\n    >>> double(2)\n    4\n    """\n',
    entry_point: "double",
    canonical_solution: "    return 2 * x\n",
    test: "def check(candidate):\n    assert candidate(2) == 4\n    assert candidate(-1) == -2\n",
  },
};

export const humaneval: DatasetDefinition = defineDataset({
  ...shared,
  id: "humaneval",
  title: "HumanEval",
  description: "Python functions to be completed; the prompt shows the tests, as in LLMRouterBench.",
  prompt: (item) =>
    `${functionPrompt(item)}\n\nIt must pass these tests:\n\n\`\`\`python\n${String(item.record["test"]).trim()}\n\`\`\``,
});

export const humanevalBlind: DatasetDefinition = defineDataset({
  ...shared,
  id: "humaneval-blind",
  title: "HumanEval, tests not shown",
  description: "Python functions to be completed; the tests stay hidden. Not to be put in one table with humaneval.",
  prompt: functionPrompt,
});

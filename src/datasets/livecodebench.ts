/** LiveCodeBench: contest problems with their dates, held to hidden tests. Jain et al., 2024, arXiv:2403.07974. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import type { Item } from "../core/item.ts";

const tests = z.union([z.string(), z.array(z.object({ input: z.string(), output: z.string(), testtype: z.string() }))]);

export const livecodebench = defineDataset({
  id: "livecodebench",
  title: "LiveCodeBench",
  description:
    "Problems of programming contests with their dates, so that a model can be held to those after its training.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/livecodebench/code_generation_lite",
    repository: "livecodebench/code_generation_lite",
    revision: "main",
  },
  licence: "cc (not specified further)",
  redistributable: false,
  splits: {
    test: {
      files: ["", "2", "3", "4", "5", "6"].map((n) => ({ path: `test${n}.jsonl`, format: "jsonl" as const })),
      expected: 1055,
      subset: "release_v6, all files",
    },
    // The whole set is 4.5 GB, most of it hidden tests; what a release added is far less, and later than most training.
    v5: { files: [{ path: "test5.jsonl", format: "jsonl" }], expected: 167, subset: "what release_v5 added" },
    v6: { files: [{ path: "test6.jsonl", format: "jsonl" }], expected: 175, subset: "what release_v6 added" },
  },
  schema: z.object({
    question_title: z.string(),
    question_content: z.string(),
    platform: z.string(),
    question_id: z.string(),
    contest_date: z.string(),
    starter_code: z.string(),
    difficulty: z.string(),
    public_test_cases: tests,
    private_test_cases: tests,
    metadata: z.union([z.string(), z.record(z.string(), z.unknown())]),
    /** a right program, where the user's own rows have one; the set has none */
    solution: z.string().optional(),
  }),
  toItem: (row) => ({
    id: row.question_id,
    query: `${row.question_title}\n\n${row.question_content}`,
    truth: null,
    record: {
      starter_code: row.starter_code,
      public_test_cases: row.public_test_cases,
      private_test_cases: row.private_test_cases,
      metadata: row.metadata,
    },
    tags: { platform: row.platform, difficulty: row.difficulty, date: row.contest_date.slice(0, 10) },
  }),
  prompt: contestPrompt,
  scorer: { evaluator: "code-input-output" },
  selfCheck: ({ solution = "" }) => `\`\`\`python\n${solution}\n\`\`\``,
  example: {
    question_title: "Sum of two",
    question_content: "Read two whole numbers from one line and print their sum.",
    platform: "example",
    question_id: "example_1",
    contest_date: "2026-01-01T00:00:00",
    starter_code: "",
    difficulty: "easy",
    public_test_cases: [{ input: "1 2\n", output: "3\n", testtype: "stdin" }],
    private_test_cases: [{ input: "10 -4\n", output: "6\n", testtype: "stdin" }],
    metadata: "{}",
    solution: "a, b = map(int, input().split())\nprint(a + b)",
  },
});

function contestPrompt({ query, record }: Item): string {
  const starter = typeof record["starter_code"] === "string" ? record["starter_code"].trimEnd() : "";
  const task =
    starter === ""
      ? "Write a Python program that reads its input from standard input and prints the answer."
      : `Complete this Python code:\n\n\`\`\`python\n${starter}\n\`\`\``;
  return [
    "Solve this programming problem.",
    query,
    task,
    "Give the whole program in one fenced block of Python and no other fenced block.",
  ].join("\n\n");
}

/** The packed hidden tests of LiveCodeBench: a check of the reader, for vectors. No model answers these. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";

export const livecodebenchPrivateTests = defineDataset({
  id: "livecodebench-private-tests",
  title: "LiveCodeBench, packed tests",
  description: "How hidden tests are packed: checks the reader with vectors, has no rows of its own.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/livecodebench/code_generation_lite",
    repository: "livecodebench/code_generation_lite",
    revision: "main",
  },
  licence: "cc (not specified further)",
  redistributable: false,
  splits: { test: { files: [{ path: "test.jsonl", format: "jsonl" }], expected: undefined } },
  vectorsOnly: true,
  schema: z.object({ packed: z.string(), tests: z.array(z.record(z.string(), z.string())) }),
  toItem: ({ packed, tests }, position) => ({ id: String(position), query: packed, truth: tests, record: {} }),
  prompt: ({ query }) => query,
  scorer: { evaluator: "packed-tests" },
  selfCheck: ({ packed }) => packed,
  example: {
    packed: '[{"input": "1\\n", "output": "2\\n", "testtype": "stdin"}]',
    tests: [{ input: "1\n", output: "2\n", testtype: "stdin" }],
  },
});

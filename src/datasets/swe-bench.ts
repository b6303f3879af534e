/** SWE-bench Verified: issues of real repositories, solved by a patch that the official harness tries. arXiv:2310.06770. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";

export const sweBench = defineDataset({
  id: "swe-bench",
  aliases: ["swe-bench-verified"],
  title: "SWE-bench Verified",
  description: "Issues of real repositories; its own harness applies the patch and runs the tests in containers.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/SWE-bench/SWE-bench_Verified",
    repository: "SWE-bench/SWE-bench_Verified",
    revision: "main",
  },
  licence: "MIT for the set; each repository's own for its code",
  redistributable: false,
  splits: {
    verified: { files: [{ path: "data/test-00000-of-00001.parquet", format: "parquet" }], expected: 500 },
  },
  schema: z.object({
    instance_id: z.string(),
    repo: z.string(),
    base_commit: z.string().default(""),
    version: z.string().default(""),
    problem_statement: z.string(),
  }),
  toItem: ({ instance_id, repo, base_commit, version, problem_statement }) => ({
    id: instance_id,
    query: problem_statement,
    truth: null,
    record: { instance_id, repo, base_commit, version },
    tags: { repo },
  }),
  prompt: ({ query, record }) =>
    [
      query,
      `This is an issue of the repository ${String(record["repo"])} at commit ${String(record["base_commit"])}. Reply with a patch that solves it, as a unified diff.`,
    ].join("\n\n"),
  scorer: { evaluator: "external", options: { format: "swe-bench" } },
  selfCheck: ({ instance_id }) =>
    JSON.stringify({ instance_id, patch_exists: true, patch_successfully_applied: true, resolved: true }),
  example: {
    instance_id: "demo__demo-1",
    repo: "demo/demo",
    base_commit: "0000000",
    version: "1.0",
    problem_statement: "area(-1) should raise a ValueError instead of returning a number.",
  },
});

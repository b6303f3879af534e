/** tau2-bench: tasks of customer service with tools, in talks with a simulated user. Barres et al., 2025, arXiv:2506.07982. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import type { SourceRows } from "../core/dataset.ts";

const domains = ["airline", "retail", "telecom"] as const;

export const tau2Bench = defineDataset({
  id: "tau2-bench",
  aliases: ["tau2"],
  title: "tau2-bench",
  description: "Customer service with tools and a simulated user; its own harness talks, acts and checks the outcome.",
  source: {
    kind: "github",
    home: "https://github.com/sierra-research/tau2-bench",
    repository: "sierra-research/tau2-bench",
    revision: "v0.1.3",
  },
  licence: "MIT",
  redistributable: false,
  splits: {
    base: {
      files: domains.map((domain) => ({ path: `data/tau2/domains/${domain}/tasks.json`, format: "json" })),
      // The tasks of a file change from version to version; only runs of one version can be compared.
      expected: undefined,
    },
  },
  gather: withDomains,
  schema: z.looseObject({
    id: z.union([z.string(), z.number()]).transform(String),
    domain: z.string(),
    user_scenario: z.unknown().optional(),
  }),
  toItem: ({ id, domain, user_scenario }) => ({
    id: `${domain}/${id}`,
    query: scenarioText(user_scenario) || `${domain} task ${id}`,
    truth: null,
    record: { task_id: id, domain },
    tags: { domain },
  }),
  prompt: ({ query }) => query,
  scorer: { evaluator: "external", options: { format: "tau2-bench" } },
  metrics: ["accuracy", "pass-at-k"],
  selfCheck: ({ id, domain }) => JSON.stringify({ task_id: id, domain, termination_reason: "user_stop", reward: 1 }),
  example: {
    id: "1",
    domain: "airline",
    user_scenario: { instructions: { reason_for_call: "You want to cancel your flight to Oslo." } },
  },
});

/** Every task with the domain that its file's folder names. */
function withDomains(files: readonly SourceRows[]): unknown[] {
  return files.flatMap(({ path, rows }) => {
    const domain = path.split("/").at(-2) ?? "";
    return rows.flat().map((row) => ({ ...(row as object), domain }));
  });
}

/** What the simulated user is told, as one text. */
function scenarioText(scenario: unknown): string {
  const { instructions = scenario } = Object(scenario) as { readonly instructions?: unknown };
  if (typeof instructions === "string") return instructions;
  const parts = Object.values(Object(instructions) as object).filter((part) => typeof part === "string");
  return parts.join("\n");
}

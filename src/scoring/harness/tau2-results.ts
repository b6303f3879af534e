/**
 * What tau2-bench writes: one JSON file with info, tasks and simulations, or a folder with results.json and a file a simulation.
 * https://github.com/sierra-research/tau2-bench
 */
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { DataError } from "../../core/errors.ts";
import { mean } from "../../math/stats.ts";
import { tau2Report } from "../../evaluators/harness/tau2-report.ts";
import type { HarnessResults, HarnessTask } from "./harness-task.ts";
import { readJsonFile } from "./read-json-file.ts";

const id = z.union([z.string(), z.number()]).transform(String);

const simulationSchema = z.looseObject({
  task_id: id,
  termination_reason: z.string().nullish(),
  reward_info: z.looseObject({ reward: z.number().nullish() }).nullish(),
  agent_cost: z.number().nullish(),
});

const resultsSchema = z.object({
  info: z.looseObject({
    git_commit: z.string().nullish(),
    environment_info: z.looseObject({ domain_name: z.string() }),
    agent_info: z.looseObject({ llm: z.string().nullish() }).optional(),
  }),
  tasks: z.array(z.looseObject({ id, user_scenario: z.unknown().optional() })),
  simulations: z.array(simulationSchema).default([]),
});

type Simulation = z.infer<typeof simulationSchema>;

/** @throws DataError for what is no result of tau2-bench */
export async function tau2Results(path: string): Promise<HarnessResults> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const file = isFolder ? join(path, "results.json") : path;
  const parsed = resultsSchema.safeParse(await readJsonFile(file));
  if (!parsed.success) {
    const mend = "Give the file that tau2 saved under simulations/, or its folder.";
    throw new DataError({ problem: "no results of tau2-bench", where: file, mend });
  }
  const { info, tasks, simulations } = parsed.data;
  const all = simulations.length > 0 ? simulations : await simulationsBeside(file);
  const domain = info.environment_info.domain_name;
  return {
    dataset: "tau2-bench",
    split: domain,
    model: info.agent_info?.llm ?? "",
    version: info.git_commit ?? "",
    isWhole: true,
    tasks: tasks.map(({ id: task, user_scenario: scenario }) => {
      const own = all.filter(({ task_id }) => task_id === task);
      return taskOf({ task, domain, query: scenarioText(scenario) }, own);
    }),
  };
}

async function simulationsBeside(file: string): Promise<Simulation[]> {
  const folder = join(dirname(file), "simulations");
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  const bodies = await Promise.all(names.toSorted().map((name) => readJsonFile(join(folder, name))));
  return z.array(simulationSchema).parse(bodies);
}

interface Named {
  readonly task: string;
  readonly domain: string;
  readonly query: string;
}

/** Several trials are one outcome; one that could not be graded is null among them. */
function taskOf({ task, domain, query }: Named, simulations: readonly Simulation[]): HarnessTask {
  const costs = simulations.map(({ agent_cost: cost }) => cost ?? NaN);
  const head = { task_id: task, domain };
  const outcomes = simulations.map(({ termination_reason, reward_info }) => ({
    ...(typeof termination_reason === "string" && { termination_reason }),
    reward: reward_info?.reward ?? null,
  }));
  const [only] = outcomes;
  const trials = outcomes
    .map((outcome) => tau2Report(outcome).score)
    .map((score) => (Number.isNaN(score) ? null : score));
  return {
    id: `${domain}/${task}`,
    query,
    report: only && (outcomes.length === 1 ? { ...head, ...only } : { ...head, trials }),
    costUsd: mean(costs),
  };
}

/** What the simulated user is told. */
function scenarioText(scenario: unknown): string {
  const { instructions = scenario } = Object(scenario) as { readonly instructions?: unknown };
  if (typeof instructions === "string") return instructions;
  return Object.values(Object(instructions) as object)
    .filter((part) => typeof part === "string")
    .join("\n");
}

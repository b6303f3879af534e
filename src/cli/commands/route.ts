/** signalbox route: one query through a saved router, with the why. */
import { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { decide } from "../../core/fitted-router.ts";
import { issueWords } from "../../core/issue-words.ts";
import { unknownName } from "../../core/near-names.ts";
import type { FittedRouter } from "../../core/fitted-router.ts";
import { parsePolicy, policyExamples, policySchema } from "../../core/policy.ts";
import type { Policy } from "../../core/policy.ts";
import type { RouterQuery } from "../../core/router.ts";
import { loadRouter } from "../../experiment/artefact.ts";
import type { SavedRouter } from "../../experiment/artefact.ts";
import { list } from "../data-options.ts";
import { anyNumber } from "../numbers.ts";
import { encodeFor } from "../../serving/query-encoder.ts";
import { routeToJson, routeToText } from "../route-output.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox route --router my-router "Prove that the square root of 2 is irrational."
  $ signalbox route --router my-router --cost-weight 500 "What is the capital of France?"
  $ signalbox route --router my-router --policy "floor 0.98" "What is the capital of France?"
  $ signalbox route --router my-router --allow gpt-5,qwen3-8b --json "Sort a list in Python"
  $ cat question.txt | signalbox route --router my-router -`;

interface RouteOptions {
  readonly router: string;
  readonly policy?: string;
  readonly costWeight?: number;
  readonly alpha?: number;
  readonly floor?: number;
  readonly allow?: string[];
  readonly json?: boolean;
  readonly cache?: string | boolean;
}

export function routeCommand(signal: AbortSignal): Command {
  return new Command("route")
    .description("Which model a saved router would ask, what it expects of each, and why. Calls no model.")
    .argument("<query>", 'the query, or "-" to read it from stdin')
    .requiredOption("--router <folder>", "a router saved by signalbox fit")
    .option("--policy <policy>", `how to decide, instead of as it was saved: ${policyExamples}`)
    .option(
      "--cost-weight <lambda>",
      "score given up per USD of a call; calls cost 0.0001 to 0.01 USD, so hundreds matter",
      anyNumber,
    )
    .option("--alpha <share>", "weight of quality against cost, 0 to 1", anyNumber)
    .option("--floor <ratio>", "cheapest model with at least this share of the best expected score", anyNumber)
    .option("--allow <models>", "only these models may be chosen", list)
    .option("--json", "machine-readable output")
    .option("--cache <folder>", "where vectors are kept")
    .addHelpText("after", examples)
    .action(async (text: string, options: RouteOptions) => {
      const saved = await loadRouter(options.router);
      for (const warning of saved.warnings) note(`note: ${warning}`);
      const query = await toQuery(text === "-" ? await readStdin() : text, saved, options, signal);
      const policy = policyOf(options, saved.fitted);
      const decision = decide(saved.fitted, query, policy);
      const reasons = saved.fitted.router.explain?.(saved.fitted.state, query) ?? [];
      const routed = { fitted: saved.fitted, decision, reasons, policy, allowed: query.allowed };
      print(options.json ? routeToJson(routed) : routeToText(routed));
    });
}

function policyOf({ policy: text, costWeight, alpha, floor }: RouteOptions, fitted: FittedRouter): Policy {
  const given: Policy[] = [];
  if (text !== undefined) given.push(parsePolicy(text, "--policy"));
  if (costWeight !== undefined) given.push({ kind: "costWeight", lambda: costWeight });
  if (alpha !== undefined) given.push({ kind: "alpha", alpha });
  if (floor !== undefined) given.push({ kind: "floor", ratio: floor });
  if (given.length > 1)
    throw new UsageError({
      problem: "--policy, --cost-weight, --alpha and --floor exclude each other",
      mend: "Give one of them.",
    });
  const [policy] = given;
  if (!policy) return fitted.policy;
  const parsed = policySchema.safeParse(policy);
  if (parsed.success) return parsed.data;
  throw new UsageError({
    problem: issueWords(parsed.error.issues[0]),
    where: `--${policy.kind === "costWeight" ? "cost-weight" : policy.kind}`,
    mend: "A cost weight is 0 or more; alpha and floor lie between 0 and 1.",
  });
}

async function toQuery(
  text: string,
  saved: SavedRouter,
  options: RouteOptions,
  signal: AbortSignal,
): Promise<RouterQuery> {
  if (text.trim() === "") {
    throw new UsageError({ problem: "the query is empty", mend: 'Give a text, or "-" to read one from stdin.' });
  }
  const allowed = allowedModels(saved.fitted, options.allow);
  const { data: embedding } = await encodeFor(saved, [text], options, signal);
  return { embedding, text, promptTokens: NaN, ...(allowed && { allowed }) };
}

function allowedModels({ models }: FittedRouter, allow: readonly string[] | undefined): Uint8Array | undefined {
  if (!allow) return undefined;
  const ids = models.map(({ id }) => id);
  if (allow.length === 0)
    throw new UsageError({ problem: "names no model", where: "--allow", mend: `Known: ${ids.join(", ")}.` });
  for (const name of allow) if (!ids.includes(name)) throw unknownName("model", name, ids, "--allow");
  return Uint8Array.from(ids, (id) => (allow.includes(id) ? 1 : 0));
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString("utf8").trim();
}

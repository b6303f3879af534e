/** signalbox evaluators: what can be scored and how, and whether it is scored right. */
import { Command, Option } from "commander";
import { exitCodes } from "../../core/errors.ts";
import { datasets } from "../../datasets/registry.ts";
import { evaluators } from "../../evaluators/registry.ts";
import { checkVectorFile } from "../../scoring/check-vectors.ts";
import type { CheckedFile, VectorOutcome } from "../../scoring/check-vectors.ts";
import type { ScoringRule } from "../../scoring/score-answer.ts";
import type { SandboxEngine } from "../../sandbox/open-sandbox.ts";
import { familyOf } from "../family-of.ts";
import { print } from "../terminal.ts";
import { agreementCommand } from "./agreement.ts";
import { sandboxOption, withSandbox } from "../with-sandbox.ts";

const examples = `
Examples:
  $ signalbox evaluators list
  $ signalbox evaluators check vectors/mmlu-pro.json vectors/gpqa.json

A vector file is a JSON array of answers with the score each must get; its name is the data set's:
  [{"id": "1", "response": "Answer: C", "truth": "C", "expected": 1, "note": "plain"}]
"expected" null = must not be graded; "record" = the row's fields that grading needs; "judge" = the judge's replies.`;

export function evaluatorsCommand(signal: AbortSignal): Command {
  return new Command("evaluators")
    .description("List the scorers, or check them against answers whose score is known.")
    .addHelpText("after", examples)
    .addCommand(listCommand().exitOverride())
    .addCommand(checkCommand(signal).exitOverride())
    .addCommand(agreementCommand(signal).exitOverride());
}

function listCommand(): Command {
  return new Command("list")
    .description("The families of scorers, and the data sets each one scores.")
    .option("--json", "as JSON")
    .action((options: { readonly json?: true }) => {
      const rows = evaluators.map(({ name, version, summary, needs, compat }) => ({
        name,
        version,
        summary,
        needs,
        compat: compat !== undefined,
        datasets: datasetsOf(name),
      }));
      if (options.json) print(JSON.stringify(rows, undefined, 2));
      else print(rows.map(familyText).join("\n\n"));
    });
}

const datasetsOf = (evaluator: string): string[] =>
  datasets.filter((dataset) => familyOf(dataset) === evaluator).map(({ id }) => id);

function familyText(row: {
  readonly name: string;
  readonly version: number;
  readonly summary: string;
  readonly needs: readonly string[];
  readonly datasets: readonly string[];
}): string {
  const needs = row.needs.length > 0 ? `\n  needs: ${row.needs.join(", ")}` : "";
  return `${row.name} (version ${row.version}): ${row.summary}${needs}\n  data sets: ${row.datasets.join(", ") || "none"}`;
}

interface CheckOptions {
  readonly scoring: ScoringRule;
  readonly sandbox: SandboxEngine;
  readonly json?: true;
}

function checkCommand(signal: AbortSignal): Command {
  return new Command("check")
    .description("Score the answers of vector files; exit code 1 when one gets another score than it must.")
    .argument("<files...>", "JSON arrays of vectors; a file's name is its data set's")
    .addOption(
      new Option("--scoring <rule>", "own = ours; compat = LLMRouterBench's, held to each vector's reference")
        .choices(["own", "compat"])
        .default("own"),
    )
    .addOption(sandboxOption())
    .option("--json", "as JSON")
    .addHelpText("after", examples)
    .action(async (files: readonly string[], { scoring, sandbox: engine, json }: CheckOptions) => {
      const checked: CheckedFile[] = [];
      await withSandbox(engine, async (sandbox) => {
        for (const file of files) checked.push(await checkVectorFile(file, { rule: scoring, sandbox, signal }));
      });
      const outcomes = checked.flatMap((file) => file.outcomes);
      const failed = outcomes.filter(({ passed }) => !passed);
      const totals = { passed: outcomes.length - failed.length, failed: failed.length };
      if (json) print(JSON.stringify({ ...totals, files: checked.map(fileJson) }, undefined, 2));
      else {
        const misses = checked.flatMap((file) => missLines(file, scoring));
        print([...misses, `${totals.passed} passed, ${totals.failed} failed`].join("\n"));
      }
      if (failed.length > 0) process.exitCode = exitCodes.failed;
    });
}

function wanted({ vector }: VectorOutcome, scoring: ScoringRule): string {
  const value = scoring === "own" ? vector.expected : vector.reference;
  return value === null ? "no grade" : String(value);
}

function missLines({ dataset, outcomes }: CheckedFile, scoring: ScoringRule): string[] {
  return outcomes
    .filter(({ passed }) => !passed)
    .map((outcome) => {
      const { vector, result } = outcome;
      const why = [result.detail, vector.note && `(${vector.note})`].filter(Boolean).join(" ");
      const given = `${result.status} ${result.score}, read "${result.prediction}"`;
      return `${dataset} ${vector.id}: must be ${wanted(outcome, scoring)}, is ${given}${why ? `: ${why}` : ""}`;
    });
}

function fileJson({ path, dataset, outcomes }: CheckedFile): object {
  return {
    path,
    dataset,
    vectors: outcomes.map(({ vector, result, passed }) => ({
      id: vector.id,
      passed,
      expected: vector.expected,
      ...result,
      score: Number.isNaN(result.score) ? null : result.score,
    })),
  };
}

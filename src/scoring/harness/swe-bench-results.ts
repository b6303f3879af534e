/**
 * What SWE-bench's harness writes: the report of a run (MODEL.RUN_ID.json, schema 2), or a folder with a report.json for each
 * instance below logs/run_evaluation/RUN_ID/MODEL. https://www.swebench.com/SWE-bench/guides/evaluation/
 */
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { DataError } from "../../core/errors.ts";
import type { HarnessResults, HarnessTask } from "./harness-task.ts";
import { readJsonFile } from "./read-json-file.ts";

const ids = z.array(z.string()).default([]);

const runSchema = z.object({
  resolved_ids: z.array(z.string()),
  unresolved_ids: ids,
  empty_patch_ids: ids,
  error_ids: ids,
  incomplete_ids: ids,
});

const shared = { dataset: "swe-bench", split: "verified", version: "" } as const;

/** @throws DataError for what is neither */
export async function sweBenchResults(path: string): Promise<HarnessResults> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return await ofFolder(path);
  const body = await readJsonFile(path);
  const run = runSchema.safeParse(body);
  if (run.success) return { ...shared, model: modelIn(path), tasks: tasksOf(run.data), isWhole: true };
  const single = reportsIn(body);
  if (single.length > 0) return { ...shared, model: "", tasks: single, isWhole: false };
  throw noReport(path);
}

function tasksOf(run: z.infer<typeof runSchema>): HarnessTask[] {
  const tried = { patch_exists: true, patch_successfully_applied: true };
  const kinds: readonly (readonly [readonly string[], object | undefined])[] = [
    [run.incomplete_ids, undefined],
    [run.error_ids, { error: "the harness could not evaluate the instance" }],
    [run.empty_patch_ids, { patch_exists: false, resolved: false }],
    [run.unresolved_ids, { ...tried, resolved: false }],
    [run.resolved_ids, { ...tried, resolved: true }],
  ];
  const reports = new Map(kinds.flatMap(([names, report]) => names.map((id) => [id, report] as const)));
  return [...reports]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, report]) => taskOf(id, report && { instance_id: id, ...report }));
}

async function ofFolder(folder: string): Promise<HarnessResults> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => basename(path) === "report.json",
  );
  const bodies = await Promise.all(paths.map((path) => readJsonFile(join(folder, path))));
  const tasks = bodies.flatMap(reportsIn).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (tasks.length === 0) throw noReport(folder);
  return { ...shared, model: "", tasks, isWhole: false };
}

/** Of {instance: report}. */
function reportsIn(body: unknown): HarnessTask[] {
  if (typeof body !== "object" || body === null) return [];
  return Object.entries(body)
    .filter(([, report]) => typeof report === "object" && report !== null && "resolved" in report)
    .map(([id, report]) => taskOf(id, { instance_id: id, ...(report as object) }));
}

const taskOf = (id: string, report: object | undefined): HarnessTask => ({ id, query: "", report, costUsd: NaN });

/** "maker__small.run-1.json" → "maker/small" */
function modelIn(path: string): string {
  return basename(path, ".json")
    .replace(/\.[^.]*$/, "")
    .replaceAll("__", "/");
}

function noReport(where: string): DataError {
  return new DataError({
    problem: "no report of the SWE-bench harness",
    where,
    mend: "Give MODEL.RUN_ID.json, or the folder logs/run_evaluation/RUN_ID/MODEL.",
  });
}

/** Files of hand-made answers with the score they must get. The file's name is the data set's. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import type { DatasetDefinition } from "../core/dataset.ts";
import { DataError, throwIfAborted } from "../core/errors.ts";
import type { ScoreResult, ScoringTools } from "../core/evaluator.ts";
import { issueWords } from "../core/issue-words.ts";
import { datasetByName } from "../datasets/registry.ts";
import { cannedJudge } from "./canned-judge.ts";
import { noEncoder } from "./no-encoder.ts";
import { scoreAnswer } from "./score-answer.ts";
import type { ScoringRule } from "./score-answer.ts";

const score = z.union([z.number(), z.boolean().transform(Number), z.null()]);

const vectorSchema = z.object({
  id: z.string(),
  response: z.string(),
  truth: z.unknown(),
  expected: z
    .union([score, z.string()])
    .describe("the right score; null = must not be graded; a text = the prediction"),
  reference: z.union([score, z.string()]).optional().describe("what LLMRouterBench gives"),
  note: z.string().default(""),
  record: z.record(z.string(), z.unknown()).nullish(),
  judge: z
    .union([z.array(z.string()), z.string().transform((reply) => [reply])])
    .optional()
    .describe("the judge's replies in call order; the last one again when asked more often"),
});

export type Vector = z.infer<typeof vectorSchema>;

export interface VectorOutcome {
  readonly vector: Vector;
  readonly result: ScoreResult;
  readonly passed: boolean;
}

export interface CheckedFile {
  readonly path: string;
  readonly dataset: string;
  readonly outcomes: readonly VectorOutcome[];
}

/**
 * Scores every vector of a file: under our rule against `expected`, under the reference's against `reference`.
 * @throws UsageError for a file named for no data set; DataError for one that holds no vectors.
 */
export async function checkVectorFile(
  path: string,
  { rule = "own", ...tools }: ScoringTools & { readonly rule?: ScoringRule } = {},
): Promise<CheckedFile> {
  const dataset = datasetByName(basename(path, ".json"));
  const outcomes: VectorOutcome[] = [];
  for (const vector of await readVectors(path)) {
    throwIfAborted(tools.signal, "checking vectors");
    const result = await scoreVector(dataset, vector, { ...tools, rule });
    const wanted = rule === "own" ? vector.expected : vector.reference;
    outcomes.push({ vector, result, passed: wanted === undefined || agrees(result, wanted) });
  }
  return { path, dataset: dataset.id, outcomes };
}

async function scoreVector(
  dataset: DatasetDefinition,
  { response, truth, record, judge }: Vector,
  tools: ScoringTools & { readonly rule: ScoringRule },
): Promise<ScoreResult> {
  // A canned verdict is none on the example, but some families want a question, a baseline or steps to show to a judge.
  const shown = record === undefined && judge ? dataset.toItem(dataset.example, 1).record : (record ?? {});
  const answered = { response, truth: truth ?? null, record: shown };
  const encoder = tools.encoder ?? noEncoder;
  return await scoreAnswer(dataset, answered, judge ? { ...tools, judge: cannedJudge(judge), encoder } : tools);
}

/** Scores agree to 1e-6: sums of thirds are written with few digits. */
function agrees({ score: given, prediction }: ScoreResult, wanted: number | string | null): boolean {
  if (wanted === null) return Number.isNaN(given);
  if (typeof wanted === "string") return prediction === wanted;
  return Math.abs(given - wanted) < 1e-6;
}

async function readVectors(path: string): Promise<Vector[]> {
  const mend = "A vector file is a JSON array of {id, response, truth, expected, note}.";
  let body: unknown;
  try {
    body = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw new DataError({ problem: "cannot be read as JSON", where: path, mend, cause });
  }
  const parsed = z.array(vectorSchema).safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DataError({ problem: `${issue?.path.join(".") ?? ""} ${issueWords(issue)}`, where: path, mend });
}

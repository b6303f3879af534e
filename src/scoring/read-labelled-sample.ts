/** A labelled sample: JSON lines with people's label, and the scorer's, or an answer that is to be scored. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { DataError } from "../core/errors.ts";
import { issueWords } from "../core/issue-words.ts";
import { isNotThere, noSuchPath } from "../store/no-such-path.ts";

const label = z.union([z.string(), z.number(), z.boolean()]);

const rowSchema = z.object({
  id: z.union([z.string(), z.number()]).transform(String).optional(),
  human: label.describe("people's label: a score, true or false, or a word"),
  scorer: label.nullish().describe("the scorer's label; null = it gave none"),
  dataset: z.string().optional().describe("with a response: the set whose scorer is asked"),
  response: z.string().optional(),
  truth: z.unknown().optional(),
  record: z.record(z.string(), z.unknown()).default({}),
});

export type LabelledRow = z.infer<typeof rowSchema>;

const mend = 'One row a line: {"human": 1, "scorer": 1}, or {"human": 1, "dataset": …, "response": …, "truth": …}.';

/** @throws UsageError when it is not there; DataError naming the line */
export async function readLabelledSample(path: string): Promise<LabelledRow[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw isNotThere(cause) ? noSuchPath(path, "Give a file of labelled rows.") : cause;
  });
  const lines = text.split("\n").map((line, i) => ({ line, where: `${path}, line ${i + 1}` }));
  const rows = lines.filter(({ line }) => line.trim() !== "").map(({ line, where }) => rowIn(line, where));
  if (rows.length === 0) throw new DataError({ problem: "holds no rows", where: path, mend });
  return rows;
}

function rowIn(line: string, where: string): LabelledRow {
  let raw: unknown;
  try {
    raw = JSON.parse(line);
  } catch (cause) {
    throw new DataError({ problem: "not JSON", where, mend, cause });
  }
  const parsed = rowSchema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new DataError({ problem: `${issue?.path.join(".") ?? ""} ${issueWords(issue)}`, where, mend });
  }
  const { scorer, dataset, response } = parsed.data;
  if (scorer !== undefined || (dataset !== undefined && response !== undefined)) return parsed.data;
  throw new DataError({ problem: "has neither the scorer's label nor an answer to score", where, mend });
}

const words: Readonly<Record<string, string>> = {
  true: "1",
  correct: "1",
  right: "1",
  false: "0",
  incorrect: "0",
  wrong: "0",
};

/** One spelling for a label: right and wrong are 1 and 0. */
export function labelText(value: string | number | boolean): string {
  const text = String(value).trim().toLowerCase();
  return words[text] ?? text;
}

/** A cache as JSON lines, and back: one answer a line, its question included, which its key is made from. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { throwIfAborted } from "../core/errors.ts";
import type { AnswerCache } from "./answer-cache.ts";
import { keepMissing } from "./keep-missing.ts";
import type { KeptCounts } from "./keep-missing.ts";
import { answerOfText, answerText } from "./kept-answer.ts";
import type { KeptAnswer } from "./kept-answer.ts";

export interface ExportOptions {
  /** the provider's names of models; all when left out */
  readonly models?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The answers, each as a line with its end. Damaged entries are left out. */
export async function* exportedLines(cache: AnswerCache, { models, signal }: ExportOptions): AsyncGenerator<string> {
  for await (const { answer } of cache.entries(signal)) {
    if (answer && (models === undefined || models.includes(answer.question.request.model)))
      yield `${answerText(answer)}\n`;
  }
}

export interface ImportedLines extends KeptCounts {
  /** numbers of lines that are no answer */
  readonly refused: readonly number[];
}

/** Whether a file is an export: its first line is an answer. */
export async function isExport(path: string): Promise<boolean> {
  for await (const line of linesOf(path)) return answerOfText(line) !== undefined;
  return false;
}

/** Takes in an export. @throws CacheError; InterruptedError; the file system's error */
export async function importLines(path: string, cache: AnswerCache, signal?: AbortSignal): Promise<ImportedLines> {
  const refused: number[] = [];
  return { ...(await keepMissing(cache, answersIn(path, refused, signal))), refused };
}

async function* answersIn(
  path: string,
  refused: number[],
  signal: AbortSignal | undefined,
): AsyncGenerator<KeptAnswer> {
  let number = 0;
  for await (const line of linesOf(path)) {
    throwIfAborted(signal, "the import");
    number++;
    if (line.trim() === "") continue;
    const answer = answerOfText(line);
    if (answer) yield answer;
    else refused.push(number);
  }
}

function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity });
}

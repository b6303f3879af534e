/** The items of a data set: its files read, every row checked, the split's rule applied, a sample drawn. */
import { z } from "zod";
import type { DatasetDefinition } from "../core/dataset.ts";
import type { Item } from "../core/item.ts";
import { DataError } from "../core/errors.ts";
import { issueWords } from "../core/issue-words.ts";
import { groupedCount, plural } from "../core/plural.ts";
import { drawSample } from "./draw-sample.ts";
import { readRows } from "./read-rows.ts";
import type { LocalFile } from "./read-rows.ts";
import { splitOf } from "./split-of.ts";

export interface LoadedItem {
  /** among the rows of the split before any is drawn, from 1: stays the same whatever the sample */
  readonly position: number;
  readonly item: Item;
  readonly row: unknown;
}

export interface LoadedItems {
  readonly split: string;
  readonly items: readonly LoadedItem[];
  /** of the split, before limit and seed */
  readonly total: number;
  /** what a reader should know, one sentence each */
  readonly notes: readonly string[];
}

export interface LoadItemsOptions {
  /** the default split when left out */
  readonly split?: string | undefined;
  /** only so many: the first, or with a seed a draw */
  readonly limit?: number | undefined;
  readonly seed?: number | undefined;
}

/** @throws DataError naming the row that is wrong; UsageError for an unknown split. */
export async function loadItems(
  dataset: DatasetDefinition,
  files: readonly LocalFile[],
  { split: name, limit, seed }: LoadItemsOptions = {},
): Promise<LoadedItems> {
  const [split, { expected, keep, sample }] = splitOf(dataset, name);
  const rows = await gatheredRows(dataset, files);
  const all = (keep ? rows.filter(keep) : rows).map((row, i) => loadedItem(dataset, row, i + 1));
  requireDistinct(dataset, all);
  const { stratum } = sample ?? {};
  const strata = stratum === undefined ? undefined : all.map(({ row }) => fieldOf(row, stratum));
  const own = sample
    ? drawSample(idsOf(all), sample, strata)
        .map((i) => all[i])
        .filter((one) => one !== undefined)
    : all;
  return {
    split,
    items: limited(own, limit, seed),
    total: own.length,
    notes: expected === undefined || own.length === expected ? [] : [countNote(dataset, split, own.length, expected)],
  };
}

const idsOf = (items: readonly LoadedItem[]): string[] => items.map(({ item }) => item.id);

function limited(items: readonly LoadedItem[], limit = items.length, seed?: number): readonly LoadedItem[] {
  if (seed === undefined) return items.slice(0, limit);
  const drawn = drawSample(idsOf(items), { count: limit, seed });
  return drawn.map((i) => items[i]).filter((one) => one !== undefined);
}

async function gatheredRows({ id, gather }: DatasetDefinition, files: readonly LocalFile[]): Promise<unknown[]> {
  const sources = [];
  // oxlint-disable-next-line no-await-in-loop -- one file after the other bounds the memory
  for (const file of files) sources.push(...(await readRows(file)));
  if (!gather) return sources.flatMap(({ rows }) => rows);
  try {
    return gather(sources);
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    throw wrongRow(`${id}, ${files.map(({ path }) => path)[0] ?? ""}`, cause);
  }
}

function loadedItem({ id, schema, toItem }: DatasetDefinition, row: unknown, position: number): LoadedItem {
  const parsed = schema.safeParse(row);
  if (!parsed.success) throw wrongRow(`${id}, row ${position}`, parsed.error);
  return { position, item: toItem(parsed.data, position), row: parsed.data };
}

function wrongRow(where: string, cause: z.ZodError): DataError {
  const [issue] = cause.issues;
  const field = issue?.path.join(".") ?? "";
  return new DataError({
    problem: `${field === "" ? "" : `${field} `}${issueWords(issue)}`,
    where,
    mend: "The source writes its rows otherwise than documented: fetch it again, or give a folder with the documented files.",
    cause,
  });
}

function requireDistinct({ id }: DatasetDefinition, items: readonly LoadedItem[]): void {
  const seen = new Set<string>();
  for (const { item, position } of items) {
    if (seen.has(item.id)) {
      const mend = "Give every row an id of its own.";
      throw new DataError({ problem: `the id ${item.id} stands twice`, where: `${id}, row ${position}`, mend });
    }
    seen.add(item.id);
  }
}

function fieldOf(row: unknown, name: string): string {
  const value = (row as Readonly<Record<string, unknown>>)[name];
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function countNote({ id }: DatasetDefinition, split: string, found: number, expected: number): string {
  return `${id}/${split} has ${plural(found, "item")}, where ${groupedCount(expected)} are documented: its source has changed, or the files are others`;
}

/** YAML files that people write: read, checked against a schema, errors with line and column and near names. */
import { readFile } from "node:fs/promises";
import { LineCounter, isMap, isNode, isScalar, parseDocument, visit } from "yaml";
import type { Node, YAMLParseError } from "yaml";
import { z } from "zod";
import { UsageError } from "../core/errors.ts";
import { issueWords } from "../core/issue-words.ts";
import { joinedError } from "../core/joined-error.ts";
import { nearNames } from "../core/near-names.ts";
import { isNotThere, noSuchPath } from "./no-such-path.ts";

/** A file that is YAML, not yet checked against a schema. */
export interface YamlFile {
  readonly path: string;
  readonly text: string;
  /** what it says, as plain values; an empty file is an empty group */
  readonly content: unknown;
  readonly document: Document;
  readonly lines: LineCounter;
}

/**
 * The file's content as the schema gives it.
 * @param mend what to do when it is not there, e.g. "Check the path given to --config."
 * @throws UsageError naming file, line and column of everything that is wrong, with near names for an unknown key.
 */
export async function readYaml<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  mend: string,
): Promise<z.infer<Schema>> {
  return checkedYaml(await openYaml(path, mend), schema);
}

/** Reads it. @throws UsageError when it is not there or no YAML */
export async function openYaml(path: string, mend: string): Promise<YamlFile> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (isNotThere(cause)) throw noSuchPath(path, mend);
    throw new UsageError({ problem: "cannot be read", where: path, mend, cause });
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const end = text.trimEnd().length;
  const [broken, ...further] = brokenLines(document.errors, lines).map((error) => yamlError(error, path, lines, end));
  if (broken) throw joinedError([broken, ...further], path);
  return { path, text, content: document.toJS() ?? {}, document, lines };
}

/** The content as the schema gives it. @throws UsageError as `readYaml` */
export function checkedYaml<Schema extends z.ZodType>(file: YamlFile, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(file.content);
  if (parsed.success) return parsed.data;
  const known = (keys: readonly string[]): readonly string[] => keysAt(schema, keys);
  const errors = parsed.error.issues.flatMap((issue) => schemaErrors(issue, file, known));
  const inOrder = errors.toSorted((a, b) => a.offset - b.offset).map(({ error }) => error);
  throw joinedError(inOrder as [UsageError, ...UsageError[]], file.path);
}

/** "path:line:column" of what stands at a path of keys and indices, as far as it exists. */
export function placeAt(file: YamlFile, ...keys: readonly (string | number)[]): string {
  const offset = offsetOf(keys.map(String), file);
  return offset === undefined ? file.path : placeIn(file, offset);
}

/** "path:line:column" of a position in the text. */
export function placeIn({ path, lines }: YamlFile, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${path}:${line}:${col}`;
}

/** Every text that stands behind a key somewhere in the file, with that key and its position. */
export function namedTexts({ document }: YamlFile): { key: string; text: string; offset: number }[] {
  const found: { key: string; text: string; offset: number }[] = [];
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !isScalar(value) || typeof value.value !== "string") return;
      found.push({ key: String(key.value), text: value.value, offset: value.range?.[0] ?? 0 });
    },
  });
  return found;
}

/** The keys that may stand at a path of the schema; none where it is no group of named keys. */
function keysAt(schema: z.ZodType, path: readonly string[]): readonly string[] {
  let at: unknown = schema;
  for (const key of path) {
    const inner = unwrapped(at);
    if (inner instanceof z.ZodObject) at = (inner.shape as Readonly<Record<string, unknown>>)[key];
    else if (inner instanceof z.ZodArray) at = inner.element;
    else if (inner instanceof z.ZodRecord) at = inner.valueType;
    else return [];
  }
  const inner = unwrapped(at);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  const isWrapper =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapper ? unwrapped(schema.unwrap()) : schema;
}

/** The kinds of broken YAML that people write. */
const yamlFaults: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "the same key stands twice",
  TAB_AS_INDENT: "a tab indents the line; YAML takes spaces only",
  BAD_INDENT: "the indentation does not fit the lines above, or a bracket is not closed",
  MISSING_CHAR: "a quote, bracket or colon is missing",
};

/** What is missing at the end of a file is missing behind its last word, not on the empty line after it. */
function yamlError(broken: YAMLParseError, path: string, lines: LineCounter, end: number): UsageError {
  const { line, col } = lines.linePos(Math.min(broken.pos[0], end));
  return new UsageError({
    problem: yamlFaults[broken.code] ?? "is not YAML",
    where: `${path}:${line}:${col}`,
    mend: "Mend it there; each option is one line, name: value, indented with spaces.",
    cause: broken,
  });
}

/** The first fault of each line: what follows it there is its echo. */
function brokenLines(errors: readonly YAMLParseError[], lines: LineCounter): readonly YAMLParseError[] {
  const firsts = new Map(errors.toReversed().map((error) => [lines.linePos(error.pos[0]).line, error]));
  return errors.filter((error) => firsts.get(lines.linePos(error.pos[0]).line) === error);
}

type Document = ReturnType<typeof parseDocument>;

interface PlacedError {
  readonly error: UsageError;
  readonly offset: number;
}

/** An error for each unknown key; one for anything else. */
function schemaErrors(
  issue: z.core.$ZodIssue,
  file: YamlFile,
  known: (keys: readonly string[]) => readonly string[],
): PlacedError[] {
  const path = issue.path.map(String);
  const placed = (keys: readonly string[], isKey: boolean, facts: { problem: string; mend?: string | undefined }) => {
    const offset = offsetOf(keys, file, isKey);
    const where = offset === undefined ? file.path : placeIn(file, offset);
    return { offset: offset ?? 0, error: new UsageError({ ...facts, where }) };
  };
  if (issue.code !== "unrecognized_keys")
    return [placed(path, false, { problem: `${path.join(".")} ${issueWords(issue)}` })];
  return issue.keys.map((key) => {
    const [near] = nearNames(key, known(path));
    const mend = near === undefined ? undefined : `Did you mean "${near}"?`;
    return placed([...path, key], true, { problem: `unknown key "${key}"`, mend });
  });
}

/** Where what stands at a path begins, as far as it exists: a value on the line of its key, else, or if that is asked for, the key. */
function offsetOf(keys: readonly string[], { document, lines }: YamlFile, isKey = false): number | undefined {
  for (let depth = keys.length; depth > 0; depth--) {
    const value = document.getIn(keys.slice(0, depth), true);
    if (value === undefined) continue;
    const key = keyAt(document, keys.slice(0, depth));
    const [atKey, atValue] = [startOf(key), startOf(value)];
    if (atKey === undefined) return atValue;
    const isWanted = !isKey && depth === keys.length && isGiven(value);
    const isBeside = atValue !== undefined && lines.linePos(atValue).line === lines.linePos(atKey).line;
    return isWanted && isBeside ? atValue : atKey;
  }
  return undefined;
}

/** A key without a value has one that is written nowhere. */
function isGiven(value: unknown): boolean {
  return !isScalar(value) || value.value !== null || value.source !== "";
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** The key under which what stands at a path is held; undefined for an entry of a list. */
function keyAt(document: Document, path: readonly string[]): Node | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1));
  return isNode(pair?.key) ? pair.key : undefined;
}

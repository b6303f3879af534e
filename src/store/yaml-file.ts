/** YAML files that people write: read, checked against a schema, errors with line and column and near names. */
import { readFile } from "node:fs/promises";
import { LineCounter, isScalar, parseDocument, visit } from "yaml";
import type { YAMLParseError } from "yaml";
import { z } from "zod";
import { UsageError } from "../core/errors.ts";
import { issueWords } from "../core/issue-words.ts";
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
 * @throws UsageError naming file, line and column, with near names for an unknown key.
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
  const [broken] = document.errors;
  if (broken) throw yamlError(broken, path, lines);
  return { path, text, content: document.toJS() ?? {}, document, lines };
}

/** The content as the schema gives it. @throws UsageError as `readYaml` */
export function checkedYaml<Schema extends z.ZodType>(file: YamlFile, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(file.content);
  if (parsed.success) return parsed.data;
  throw schemaError(parsed.error.issues[0], file, (keys) => keysAt(schema, keys));
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

function yamlError(broken: YAMLParseError, path: string, lines: LineCounter): UsageError {
  const { line, col } = lines.linePos(broken.pos[0]);
  return new UsageError({
    problem: yamlFaults[broken.code] ?? "is not YAML",
    where: `${path}:${line}:${col}`,
    mend: "Mend it there; each option is one line, name: value, indented with spaces.",
    cause: broken,
  });
}

type Document = ReturnType<typeof parseDocument>;

function schemaError(
  issue: z.core.$ZodIssue | undefined,
  { path, document, lines }: YamlFile,
  known: (keys: readonly string[]) => readonly string[],
): UsageError {
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const keys = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map(String);
  const near = unknown === undefined ? [] : nearNames(unknown, known(keys.slice(0, -1)));
  return new UsageError({
    problem: unknown === undefined ? `${keys.join(".")} ${issueWords(issue)}` : `unknown key "${unknown}"`,
    where: `${path}${positionOf(keys, document, lines)}`,
    mend: near.length > 0 ? `Did you mean "${near[0]}"?` : undefined,
  });
}

/** ":line:column" of the value at a path, as far as it exists. */
function positionOf(keys: readonly string[], document: Document, lines: LineCounter): string {
  for (let depth = keys.length; depth > 0; depth--) {
    const node = document.getIn(keys.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
    const offset = node?.range?.[0];
    if (offset === undefined) continue;
    const { line, col } = lines.linePos(offset);
    return `:${line}:${col}`;
  }
  return "";
}

/** The YAML config of `compare` and `fit`: the same words as the options, which win over it. Unknown keys are errors. */
import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument } from "yaml";
import type { YAMLParseError } from "yaml";
import { z } from "zod";
import { UsageError } from "../core/errors.ts";
import { issueWords } from "../core/issue-words.ts";
import { nearNames } from "../core/near-names.ts";
import { isNotThere, noSuchPath } from "../store/no-such-path.ts";

const names = z.array(z.string());

const configSchema = z.strictObject({
  models: names.optional(),
  datasets: names.optional(),
  splits: names.optional(),
  excludeModels: names.optional(),
  excludeDatasets: names.optional(),
  excludeSplits: names.optional(),
  referenceModels: names.optional(),
  unscored: z.enum(["missing", "zero"]).optional(),
  map: z.record(z.string(), z.string()).optional(),
  cache: z.string().optional(),
  routers: names.optional(),
  routerOptions: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .optional()
    .describe("router name → its options"),
  seeds: z.array(z.int().nonnegative()).optional(),
  trainRatio: z.number().optional(),
  ood: names.optional(),
  split: z.enum(["native", "compat"]).optional(),
  encoder: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  bestSingle: z.string().optional(),
  threads: z.int().nonnegative().optional(),
  draws: z.int().positive().optional(),
  fetch: z
    .strictObject({ url: z.string(), sha256: z.string().optional(), bytes: z.int().positive().optional() })
    .optional(),
});

export type Config = z.infer<typeof configSchema>;

/**
 * Reads a config file; no path gives an empty config.
 * @throws UsageError naming file, line and column, with near names for an unknown key.
 */
export async function readConfig(path: string | undefined): Promise<Config> {
  if (path === undefined) return {};
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (isNotThere(cause)) throw noSuchPath(path, "Check the path given to --config.");
    throw new UsageError({ problem: "cannot be read", where: path, mend: "Check the path given to --config.", cause });
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw yamlError(broken, path, lines);
  const parsed = configSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  throw schemaError(parsed.error.issues[0], path, document, lines);
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
  path: string,
  document: Document,
  lines: LineCounter,
): UsageError {
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const keys = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map(String);
  const near = unknown === undefined ? [] : nearNames(unknown, Object.keys(configSchema.shape));
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

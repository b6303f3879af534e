/** A data set of the user's own: a file, which of its columns says what, and the family that scores the answers. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import type { DatasetDefinition } from "../core/dataset.ts";
import type { Item } from "../core/item.ts";
import type { Choice } from "../core/evaluator.ts";
import { choicePrompt } from "../datasets/choice-prompt.ts";
import { letterKey } from "../datasets/letter-key.ts";
import { lettered } from "../datasets/lettered.ts";
import { mathsPrompt } from "../datasets/maths-prompt.ts";
import { templateOf } from "./read-template.ts";

export const ownFormats = ["csv", "tsv", "jsonl", "json", "parquet"] as const;

/** What `datasets add` writes down, one YAML file a set. */
export const ownDatasetSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]*$/i, "must be letters, digits, dots and dashes")
    .describe("what the set is called everywhere"),
  title: z.string().optional(),
  licence: z.string().default("not stated"),
  file: z.string().min(1).describe("its full path"),
  format: z.enum(ownFormats),
  evaluator: z.string().describe("the family that scores the answers"),
  options: z.record(z.string(), z.unknown()).default({}).describe("of the family"),
  columns: z.strictObject({
    prompt: z.string().describe("the question"),
    answer: z.string().optional().describe("the key; not needed where the record holds it, as for code"),
    choices: z
      .array(z.string())
      .default([])
      .describe("one column with a list, or letter → text; or one column for each option"),
    id: z.string().optional(),
    solution: z.string().optional().describe("a response that must score 1, where the key alone makes none"),
  }),
  template: z.string().optional().describe("the prompt, with {{query}}, {{choices}}, {{letters}}, {{record.FIELD}}"),
});

export type OwnDataset = z.output<typeof ownDatasetSchema>;

type Row = Readonly<Record<string, unknown>>;

/** A definition like those that ship: what reads, asks and scores cannot tell it from them. */
export function ownDataset(own: OwnDataset): DatasetDefinition<Row> {
  const { name, title = name, licence, file, format, evaluator, options, columns, template } = own;
  const definition = defineDataset<Row>({
    id: name,
    title,
    description: `Your own, from ${file}.`,
    source: { kind: "file", home: file, revision: "" },
    licence,
    redistributable: false,
    splits: { test: { files: [{ path: file, format }], expected: undefined } },
    schema: rowSchema(columns),
    toItem: (row, position) => itemOf(row, position, own),
    prompt: (item) => promptFor(evaluator, item),
    scorer: { evaluator, options },
    ...(columns.choices.length > 0 && { key: letterKey("options") }),
    selfCheck: (row) => perfectResponse(row, own),
    example: {},
  });
  if (template === undefined) return definition;
  const { text, version } = templateOf(template, name);
  return {
    ...definition,
    prompt: (item, given) => definition.prompt(item, { template: given?.template ?? text }),
    promptVersion: version,
  };
}

const present = z.unknown().refine((value) => value !== undefined && value !== "", "is absent or empty");

function rowSchema({ prompt, answer }: OwnDataset["columns"]): z.ZodType<Row> {
  return z.looseObject({ [prompt]: present, ...(answer !== undefined && { [answer]: present }) });
}

const textOf = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);

function itemOf(row: Row, position: number, { columns }: OwnDataset): Item {
  const { prompt, answer, id } = columns;
  const query = textOf(row[prompt]);
  const choices = choicesOf(row, columns.choices);
  const used = new Set([prompt, answer, id, ...columns.choices]);
  const others = Object.entries(row).filter(([name]) => !used.has(name));
  const options = Object.fromEntries(choices.map(({ letter, text }) => [letter, text]));
  return {
    id: id === undefined ? String(position) : textOf(row[id]),
    query,
    ...(choices.length > 0 && { choices }),
    truth: answer === undefined ? null : keyOf(textOf(row[answer]), choices),
    record: {
      ...Object.fromEntries(others.map(([name, value]) => [name, nested(value)])),
      question: query,
      ...(choices.length > 0 && { options }),
    },
  };
}

function choicesOf(row: Row, columns: readonly string[]): Choice[] {
  const [only, ...more] = columns;
  if (only === undefined) return [];
  if (more.length > 0) return lettered(columns.map((name) => textOf(row[name])).filter((text) => text !== ""));
  return lettered(nested(row[only]));
}

/** CSV holds lists and groups as JSON text. */
function nested(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The key as a letter, where it is one option's own text. */
function keyOf(answer: string, choices: readonly Choice[]): string {
  const matching = choices.filter(({ text }) => text.trim() === answer.trim());
  const [only] = matching;
  return matching.length === 1 && only ? only.letter : answer;
}

/** In the words of the built-in sets of the same family. */
function promptFor(evaluator: string, item: Item): string {
  if (evaluator === "letter") return choicePrompt(item);
  if (evaluator === "boxed-maths" || evaluator === "numeric") return mathsPrompt(item, "problem");
  if (evaluator === "label")
    return `${item.query}\n\nReason step by step and end with a line of the form "Answer: ..." that holds nothing but the answer.`;
  return item.query;
}

function perfectResponse(row: Row, own: OwnDataset): string {
  const { solution } = own.columns;
  if (solution !== undefined) return textOf(row[solution]);
  const key = textOf(itemOf(row, 1, own).truth ?? "");
  if (own.evaluator === "letter" || own.evaluator === "label") return `Answer: ${key}`;
  if (own.evaluator === "boxed-maths" || own.evaluator === "numeric")
    return `\\boxed{${key.replaceAll(/[%$]/g, "\\$&")}}`;
  return key;
}

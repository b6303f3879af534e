/** signalbox datasets add: a file of the user's own becomes a data set like those that ship. */
import { statSync } from "node:fs";
import { extname, resolve } from "node:path";
import { Command } from "commander";
import { DataError, UsageError } from "../../core/errors.ts";
import { issueWords } from "../../core/issue-words.ts";
import { plural } from "../../core/plural.ts";
import { evaluatorByName } from "../../evaluators/registry.ts";
import { loadItems } from "../../loading/load-items.ts";
import { ownDataset, ownDatasetSchema } from "../../loading/own-dataset.ts";
import type { OwnDataset } from "../../loading/own-dataset.ts";
import { ownDatasetsFolder, writeOwnDataset } from "../../loading/own-datasets.ts";
import { readTemplate } from "../../loading/read-template.ts";
import { selfCheck } from "../../scoring/self-check.ts";
import { noSuchPath } from "../../store/no-such-path.ts";
import { list } from "../data-options.ts";
import { openDatasetFiles } from "../dataset-source.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox datasets add quiz --file quiz.csv --prompt question --answer key --choices A,B,C,D --family letter
  $ signalbox datasets add sums --file sums.jsonl --prompt problem --answer result --family boxed-maths
  $ signalbox datasets add facts --file facts.parquet --prompt q --answer a --family judged --options '{"rubric": "graded"}'
  $ signalbox datasets add katas --file katas.jsonl --prompt task --solution code --family code-assertions

Columns that are not named go along as the record: tests, entry points, categories. All rows are read, and the first keys must score 1
as answers. From then on "collect", "score" and "verify" know the set by its name. It is written down in
~/.config/signalbox/datasets, or where SIGNALBOX_DATASETS says; the file itself stays where it is. Families: evaluators list.`;

interface AddOptions {
  readonly file: string;
  readonly prompt: string;
  readonly answer?: string;
  readonly choices?: string[];
  readonly id?: string;
  readonly solution?: string;
  readonly family: string;
  readonly options?: string;
  readonly template?: string;
  readonly licence?: string;
  readonly title?: string;
  readonly force?: true;
  readonly quiet?: true;
}

export function datasetsAddCommand(signal: AbortSignal): Command {
  return new Command("add")
    .description("Make a file of your own a data set, by saying which column is what.")
    .argument("<name>", "what it is called from then on")
    .requiredOption("--file <path>", "a .csv, .tsv, .jsonl, .json or .parquet file with one row a question")
    .requiredOption("--prompt <column>", "the question")
    .option("--answer <column>", "the key")
    .option("--choices <columns>", "one column with a list, or one for each option (comma-separated)", list)
    .option("--id <column>", "an id of each row (default: its number)")
    .option("--solution <column>", "a response that must score 1")
    .requiredOption("--family <name>", "the family that scores the answers (see: evaluators list)")
    .option("--options <json>", "options of the family")
    .option("--template <file>", "the prompt, in your own words")
    .option("--licence <text>", "its terms")
    .option("--title <text>", "its title")
    .option("--force", "replace a set of yours of the same name")
    .option("-q, --quiet", "no notes on stderr")
    .addHelpText("after", examples)
    .action(async (name: string, options: AddOptions) => {
      const own = await described(name, options);
      const { items, notes } = await checked(own, signal);
      const path = await writeOwnDataset(ownDatasetsFolder(process.env), own, { replace: options.force ?? false });
      if (!options.quiet) for (const text of notes) note(`note: ${text}`);
      print(`${own.name}: ${plural(items, "item")}, scored by ${own.evaluator}; written to ${path}`);
    });
}

const formats: Readonly<Record<string, OwnDataset["format"]>> = {
  ".csv": "csv",
  ".tsv": "tsv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "json",
  ".parquet": "parquet",
};

async function described(name: string, options: AddOptions): Promise<OwnDataset> {
  const file = resolve(options.file);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw noSuchPath(options.file, "Check the path given to --file.");
  const format = formats[extname(file).toLowerCase()];
  if (format === undefined) {
    const mend = `Give a file ending in ${Object.keys(formats).join(", ")}.`;
    throw new UsageError({ problem: "is of a kind that cannot be read", where: options.file, mend });
  }
  const { prompt, answer, choices, id, solution, title, licence } = options;
  const parsed = ownDatasetSchema.safeParse({
    schemaVersion: 1,
    name,
    file,
    format,
    title,
    licence,
    evaluator: options.family,
    options: jsonOf(options.options),
    columns: { prompt, answer, choices, id, solution },
    template: options.template === undefined ? undefined : (await readTemplate(options.template)).text,
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError({
      where: issue?.path.join(".") ?? name,
      problem: issueWords(issue),
      mend: "See: datasets add --help",
    });
  }
  requireOptions(parsed.data);
  return withoutUndefined(parsed.data);
}

/** A column that was not named is not written down. */
function withoutUndefined(own: OwnDataset): OwnDataset {
  return JSON.parse(JSON.stringify(own)) as OwnDataset;
}

function jsonOf(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError({
      problem: "is not JSON",
      where: "--options",
      mend: `Write it as '{"rubric": "graded"}'.`,
      cause,
    });
  }
}

function requireOptions({ evaluator, options, columns }: OwnDataset): void {
  const { options: schema, name, needs } = evaluatorByName(evaluator);
  const parsed = schema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = `--options of ${name}${issue && issue.path.length > 0 ? `, ${issue.path.join(".")}` : ""}`;
    throw new UsageError({ problem: issueWords(issue), where, mend: "Give the family's options as JSON." });
  }
  if (columns.answer === undefined && !needs.includes("sandbox")) {
    throw new UsageError({ problem: "the key is needed", where: "--answer", mend: "Name the column that holds it." });
  }
}

const checkedItems = 20;

/** @throws DataError for a row that cannot be read, and for a key that is no right answer to itself. */
async function checked(own: OwnDataset, signal: AbortSignal): Promise<{ items: number; notes: readonly string[] }> {
  const dataset = ownDataset(own);
  const { items } = await loadItems(dataset, await openDatasetFiles(dataset, { quiet: true }, signal));
  if (items.length === 0)
    throw new DataError({ problem: "holds no row", where: own.file, mend: "Give a file with rows." });
  const { failed, checked: count } = await selfCheck(dataset, items.slice(0, checkedItems), { signal });
  const [first] = failed;
  if (first) {
    const { status, detail, prediction } = first.result;
    throw new DataError({
      problem: `the key does not score 1 as an answer: ${status}, ${detail ?? `read as "${prediction}"`}`,
      where: `${own.file}, item ${first.id}`,
      mend: `Check --answer and --choices, or choose another family than ${own.evaluator}.`,
    });
  }
  return {
    items: items.length,
    notes: count === 0 ? [`scoring by ${own.evaluator} needs a tool: keys not checked`] : [],
  };
}

/**
 * Made-up files for every registered data set, as its source documents them, and a server that hands them out as the hubs do.
 * A set whose rows are the file's rows is served its own example; the others are written down here.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { create } from "tar";
import { onTestFinished } from "vitest";
import type { DatasetDefinition, SourceFile } from "../../src/core/dataset.ts";
import { sourceAddress } from "../../src/loading/source-address.ts";
import { quoted, withDuckDb } from "../../src/store/duckdb.ts";
import { serveFile } from "./file-server.ts";
import type { ServeOptions } from "./file-server.ts";
import { scriptedServer } from "./scripted-server.ts";
import type { ScriptedServer } from "./scripted-server.ts";
import { temporaryFolder } from "./temporary-folder.ts";

type Rows = readonly Readonly<Record<string, unknown>>[];

const korRow = (category: string) => ({
  sample: [
    { idx: 1, question: `A ${category} question. Answer as [[x]].`, answer: "[[AB]]", rule_id: "7" },
    { idx: 2, question: `Another ${category} question. Answer as [[x]].`, answer: "[[CD]]", rule_id: "7" },
  ],
  rule: [{ idx: "7", rule_content: `The rule of ${category}.` }],
  "three-shot": [{ rule_id: "7", question: "A worked question.", answer: "[[EF]]" }],
});

const line = (n: number, emotion: string) => ({ Utterance: `Line ${n}, "quoted".`, Emotion: emotion, Utterance_ID: n });

/** By data set, then by the end of a file's path; in the source's own columns. */
const written: Readonly<Record<string, (path: string) => Rows | string | undefined>> = {
  aime: (path) =>
    path.startsWith("aime_2024")
      ? [{ ID: "2024-I-4", Problem: "What is 200 + 4?", Solution: "Add.", Answer: 204 }]
      : [{ id: "0", problem: "What is 70 + 3?", answer: "73" }],
  korbench(path) {
    const [, category = "", name = ""] = /data\/(\w+)\/([\w-]+)\.jsonl$/.exec(path) ?? [];
    return korRow(category)[name as keyof ReturnType<typeof korRow>];
  },
  bbh(path) {
    if (path.endsWith(".txt")) return "canary text\n-----\nQ: Is one one?\nA: So the answer is Yes.";
    return [{ canary: "x", examples: [{ input: `Is ${path} a path?`, target: "Yes" }] }];
  },
  "arena-hard": (path) =>
    path.endsWith("question.jsonl")
      ? [{ uid: "q1", category: "hard_prompt", subcategory: "coding", prompt: "Count the lines of a file in a shell." }]
      : [{ uid: "q1", messages: [{ role: "user" }, { role: "assistant", content: { answer: "wc -l file" } }] }],
  meld: () => [
    { "Sr No.": 1, ...line(0, "neutral"), Speaker: "Ann", Sentiment: "neutral", Dialogue_ID: 0 },
    { "Sr No.": 2, ...line(1, "joy"), Speaker: "Ben", Sentiment: "positive", Dialogue_ID: 0 },
  ],
  emorynlp: () => [
    { ...line(1, "Mad"), Speaker: "['Ann', 'Ben']", Scene_ID: 4, Season: 1, Episode: 1, Sentiment: "negative" },
    { ...line(2, "Joyful"), Speaker: "['Ben']", Scene_ID: 4, Season: 1, Episode: 1, Sentiment: "positive" },
  ],
  dailydialog: () => [{ dialog: ["We won. ", " That makes my day!"], act: [1, 2], emotion: [0, 4] }],
  "arc-agi": () => [{ train: [{ input: [[1, 0]], output: [[0, 1]] }], test: [{ input: [[0, 3]], output: [[3, 0]] }] }],
};

/** Fields that tell rows apart: another in every file. */
const idFields = ["id", "ID", "idx", "task_id", "question_id", "unique_id", "uid", "instance_id", "Record ID"];

function ownExample({ example }: DatasetDefinition, nth: number): Rows {
  const row = example as Readonly<Record<string, unknown>>;
  const own = Object.entries(row).map(([name, value]) => [name, idFields.includes(name) ? otherId(value, nth) : value]);
  return [Object.fromEntries(own) as Readonly<Record<string, unknown>>];
}

const otherId = (value: unknown, nth: number): unknown =>
  typeof value === "number" ? value + nth : nth === 0 ? value : `${String(value)}-${nth}`;

async function bytesOf(rows: Rows | string, { format }: SourceFile): Promise<Buffer> {
  if (typeof rows === "string") return Buffer.from(rows);
  if (format === "json")
    return Buffer.from(JSON.stringify(rows.length === 1 && "examples" in rows[0]! ? rows[0] : rows));
  const lines = rows.map((row) => JSON.stringify(row)).join("\n");
  if (format === "jsonl") return Buffer.from(`${lines}\n`);
  const folder = await temporaryFolder();
  const [from, to] = [join(folder, "rows.jsonl"), join(folder, "rows")];
  await writeFile(from, lines);
  const kind =
    format === "parquet" ? "FORMAT parquet" : `FORMAT csv, HEADER, DELIMITER '${format === "tsv" ? "\t" : ","}'`;
  await withDuckDb((connection) => connection.run(`COPY (FROM read_json(${quoted(from)})) TO ${quoted(to)} (${kind})`));
  return await readFile(to);
}

/** Address → the bytes that lie there, for all files of all splits. */
export async function madeUpSources(dataset: DatasetDefinition): Promise<Map<string, Buffer>> {
  const files = Object.values(dataset.splits).flatMap((split) => split.files);
  const found = new Map<string, Buffer>();
  for (const [nth, file] of files.entries()) {
    const address = sourceAddress(dataset.source, file);
    if (address === undefined || found.has(address)) continue;
    const bytes = await bytesOf(written[dataset.id]?.(file.path) ?? ownExample(dataset, nth), file);
    found.set(address, file.archive === undefined ? bytes : await packed(file, bytes));
  }
  return found;
}

/** The archive a file comes in; a path without ending is a folder with one file a row. */
async function packed({ path, archive = "", format }: SourceFile, bytes: Buffer): Promise<Buffer> {
  const entry = /\.\w+$/.test(path) ? path : `${path}/0a1b2c3d.${format}`;
  const content = entry === path ? bytes : Buffer.from(JSON.stringify((JSON.parse(bytes.toString()) as unknown[])[0]));
  if (archive.endsWith(".zip")) return zipped(entry, content);
  const folder = await temporaryFolder();
  await mkdir(join(folder, dirname(entry)), { recursive: true });
  await writeFile(join(folder, entry), content);
  const file = join(folder, "archive.tar.gz");
  await create({ gzip: true, file, cwd: folder }, [entry.split("/")[0]!]);
  return await readFile(file);
}

/** A zip of one stored entry. */
export function zipped(name: string, content: Buffer): Buffer {
  const [nameBytes, sum] = [Buffer.from(name), crc32(content)];
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt32LE(sum, 10);
  shared.writeUInt32LE(content.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(nameBytes.length, 22);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), shared, nameBytes, content]);
  const central = Buffer.concat([Buffer.from("PK\u0001\u0002\u0014\u0000"), shared, Buffer.alloc(14), nameBytes]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from("PK\u0005\u0006"), end]);
}

/** A mirror that holds the files of these sets; stands until the test is over. */
export async function madeUpMirror(
  datasets: readonly DatasetDefinition[],
  serve: (path: string, nth: number) => ServeOptions | undefined = () => ({}),
): Promise<ScriptedServer> {
  const held = new Map<string, Buffer>();
  for (const dataset of datasets) {
    for (const [address, bytes] of await madeUpSources(dataset)) held.set(address.replace("https://", "/"), bytes);
  }
  const server = await scriptedServer((request, response, nth) => {
    const bytes = held.get(request.path);
    const how = serve(request.path, nth);
    if (bytes && how) serveFile(request, response, bytes, how);
    else response.writeHead(bytes ? 403 : 404).end();
  });
  onTestFinished(() => server.close());
  return server;
}

import { spawn } from "node:child_process";
import { appendFile, chmod, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { ignoresPermissions } from "../../test/support/file-permissions.ts";
import type { LoadedResults } from "./project.ts";
import { readResults } from "./read-results.ts";
import type { ReadResultsOptions } from "./read-results.ts";
import { writeResultFile } from "./write-result-file.ts";
import type { ResultFile, ResultRecord } from "./write-result-file.ts";

let data: string;
let cacheDir: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "signalbox-data-"));
  cacheDir = await mkdtemp(join(tmpdir(), "signalbox-cache-"));
});

const read = (options: ReadResultsOptions = {}): Promise<LoadedResults> =>
  readResults(data, { cacheDir, unscored: "missing", ...options });

function record(index: number, more: Partial<ResultRecord> = {}): ResultRecord {
  const texts = {
    prompt: `prompt ${index}`,
    origin_query: `q${index}`,
    prediction: "A",
    ground_truth: "B",
    raw_output: "",
  };
  return { index, ...texts, prompt_tokens: 3, completion_tokens: 4, cost: 0.5, score: 1, ...more };
}

async function write(more: Partial<ResultFile> = {}): Promise<string> {
  const run = { dataset: "d", split: "test", model: "m", stamp: "20250101_000000", records: [record(1), record(2)] };
  const path = await writeResultFile(data, { ...run, ...more });
  await settle(path);
  return path;
}

/** Makes a file look old: what was changed in the last two seconds is hashed again, on principle. */
async function settle(path: string): Promise<void> {
  await utimes(path, 1e9, 1e9);
}

/** Everything a load gives, as plain values. */
function plain({ table, referenceTable, details, report }: LoadedResults): unknown {
  const cells = table.prompts.flatMap((_, row) =>
    table.models.map((_, model) => [table.prediction(row, model), details.extra(row, model)]),
  );
  const rows = table.prompts.map((_, row) => [details.originQuery(row), details.groundTruth(row)]);
  const { snapshot: _, ...rest } = report;
  return { table: { ...table, prediction: 0 }, reference: referenceTable?.status, cells, rows, rest };
}

async function snapshotFiles(): Promise<string[]> {
  const entries = await readdir(cacheDir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test("random result trees come out of the snapshot as they went in", { timeout: 60_000 }, async () => {
  const score = fc.constantFrom(null, 0, 0.25, 0.5, 1);
  const amount = fc.constantFrom(0, 0.001, 7);
  const anyText = fc.string({ unit: "binary", maxLength: 12 });
  const anyRecord = fc
    .record({ prompt: anyText, prediction: anyText, ground_truth: anyText, origin_query: anyText, score, cost: amount })
    .chain((fields) => fc.nat(20).map((index) => record(index + 1, fields)));
  const name = fc.constantFrom("a", "b", "c");
  const run = fc.record({
    dataset: name,
    split: fc.constantFrom("test", "hard"),
    model: name,
    stamp: fc.constantFrom("20250101_000000", "20250102_000000"),
    records: fc.uniqueArray(anyRecord, { selector: ({ index }) => index, maxLength: 6, minLength: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 8 }), async (runs) => {
      data = await mkdtemp(join(tmpdir(), "signalbox-data-"));
      for (const file of runs) await writeResultFile(data, file);
      const cold = await read();
      const warm = await read();
      expect(cold.report.snapshot.state).toBe("written");
      expect(warm.report.snapshot.state).toBe("used");
      expect(plain(warm)).toEqual(plain(cold));
      await rm(data, { recursive: true });
    }),
    { numRuns: 30 },
  );
});

test("filters are applied after the snapshot: one serves them all", async () => {
  await write({ model: "a" });
  await write({ model: "b" });
  await read({ filter: { models: ["a"] } });
  const other = await read({ filter: { models: ["b"] } });
  expect(other.report.snapshot.state).toBe("used");
  expect(other.table.models).toEqual([{ id: "b" }]);
});

test("a file that was touched is hashed, and the snapshot is still good", async () => {
  const path = await write();
  const { table } = await read();
  await utimes(path, 2e9, 2e9);
  const again = await read();
  expect(again.report.snapshot.state).toBe("used");
  expect(again.table.digest).toBe(table.digest);
});

test.each([
  [
    "changed",
    (path: string) => readFile(path, "utf8").then((text) => writeFile(path, text.replace('"score":1', '"score":0'))),
  ],
  ["added", () => write({ model: "new" })],
  ["removed", (path: string) => rm(path)],
])("a file that was %s is seen, even within the clock's resolution", async (_, change) => {
  const path = await write();
  await write({ model: "other" });
  const before = await read();
  await change(path);
  const after = await read();
  expect(after.report.snapshot.state).toBe("written");
  expect(after.table.digest).not.toBe(before.table.digest);
});

test("a trial run is another snapshot", async () => {
  await write();
  await read();
  expect((await read({ includeDemo: true })).report.snapshot.state).toBe("written");
});

test("every damaged or cut file of a snapshot is noticed and the snapshot made anew", async () => {
  await write();
  const good = await read();
  for (const path of await snapshotFiles()) {
    const { size } = await stat(path);
    const damages = {
      cut: () => truncate(path, size >> 1),
      flipped: () => flip(path, size - 9),
      empty: () => truncate(path, 0),
      removed: () => rm(path),
    };
    for (const [kind, damage] of Object.entries(damages)) {
      await read();
      await damage();
      const after = await read();
      expect(plain({ ...after, report: { ...after.report, warnings: [] } })).toEqual(plain(good));
      // Without a manifest there is no snapshot, and nothing to warn of.
      if (kind === "removed" && path.endsWith("manifest.json")) continue;
      expect(after.report.warnings).toEqual([expect.stringMatching(/the snapshot in .* is damaged and is made anew/)]);
      expect((await read()).report.snapshot.state).toBe("used");
    }
  }
});

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  await writeFile(path, bytes);
}

test("two readers that race both get the table, and one snapshot stays", async () => {
  await write();
  const [a, b, c] = await Promise.all([read(), read(), read()]);
  expect([plain(b), plain(c)]).toEqual([plain(a), plain(a)]);
  const names = (await snapshotFiles()).map((path) => path.split("/").at(-1));
  expect(new Set(names)).toEqual(new Set(["cells.arrow", "manifest.json", "rows.arrow", "texts.arrow"]));
  expect(names.length).toBe(4);
  expect((await read()).report.snapshot.state).toBe("used");
});

test("a cache folder that cannot be written is a warning, and the table is there", async () => {
  await write();
  const file = join(cacheDir, "file");
  await appendFile(file, "");
  const { table, report } = await read({ cacheDir: file });
  expect(table.prompts.length).toBe(2);
  expect(report.snapshot.state).toBe("failed");
  expect(report.warnings).toEqual([expect.stringMatching(/the snapshot could not be written/)]);
});

test.skipIf(ignoresPermissions())("so is one without write permission", async () => {
  await write();
  await chmod(cacheDir, 0o500);
  expect((await read()).report.snapshot.state).toBe("failed");
});

test("beside keeps the snapshot inside the data folder, and it is not read as data", async () => {
  await write();
  await read({ snapshot: "beside" });
  expect(await readdir(data)).toContain(".signalbox");
  expect(await readdir(cacheDir)).toEqual([]);
  expect((await read({ snapshot: "beside" })).report.snapshot.state).toBe("used");
});

test("off leaves no trace", async () => {
  await write();
  expect((await read({ snapshot: "off" })).report.snapshot).toEqual({ state: "off" });
  expect(await readdir(cacheDir)).toEqual([]);
});

test("a process killed in the middle leaves no half snapshot", { timeout: 60_000 }, async () => {
  const records = Array.from({ length: 3000 }, (_, i) => record(i + 1, { prompt: `${i} `.repeat(100) }));
  for (const model of ["a", "b", "c"]) await write({ model, records });
  const expected = plain(await read({ snapshot: "off" }));
  const reader = new URL("../../dist/store/read-results.js", import.meta.url).href;
  const script = `const { readResults } = await import(${JSON.stringify(reader)});
    process.stdout.write("go"); await readResults(process.argv[1], { cacheDir: process.argv[2] });`;
  for (let delayMs = 0; delayMs < 200; delayMs += 20) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, data, cacheDir]);
    // Listened for from the start: on an idle machine the child may be done before it is killed.
    const closed = new Promise((resolve) => child.once("close", resolve));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    await sleep(delayMs);
    child.kill("SIGKILL");
    await closed;
    const after = await read();
    expect(plain(after)).toEqual(expected);
    await rm(cacheDir, { recursive: true, force: true });
  }
});

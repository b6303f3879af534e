import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { DataError } from "../core/errors.ts";
import { promptOf } from "../core/prompt-of.ts";
import { hle } from "../datasets/hle.ts";
import { korbench } from "../datasets/korbench.ts";
import { math500 } from "../datasets/math500.ts";
import { mmluPro } from "../datasets/mmlu-pro.ts";
import { drawSample } from "./draw-sample.ts";
import { loadItems } from "./load-items.ts";
import { localFiles } from "./local-files.ts";
import { templateOf } from "./read-template.ts";

async function jsonLines(rows: readonly object[]): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "test.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return folder;
}

const problems = (count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({
    problem: `What is ${i} + 1?`,
    answer: String(i + 1),
    unique_id: `p${i}`,
  }));

describe("items", () => {
  test("a limit takes the first, with a seed a draw; a position is the same in both", async () => {
    const files = localFiles(math500, undefined, await jsonLines(problems(40)));
    const first = await loadItems(math500, files, { limit: 3 });
    expect(first.items.map(({ position }) => position)).toEqual([1, 2, 3]);
    expect([first.total, first.notes.join()]).toEqual([
      40,
      expect.stringContaining("40 items, where 500 are documented"),
    ]);
    const drawn = await loadItems(math500, files, { limit: 5, seed: 7 });
    expect(drawn.items).toHaveLength(5);
    expect(drawn.items.map(({ position }) => position)).not.toEqual([1, 2, 3, 4, 5]);
    for (const { position, item } of drawn.items) expect(item.id).toBe(`p${position - 1}`);
    const other = await loadItems(math500, files, { limit: 5, seed: 8 });
    expect(other.items.map(({ position }) => position)).not.toEqual(drawn.items.map(({ position }) => position));
  });

  test("what is null in the file is absent, and a row that is wrong is named", async () => {
    const files = localFiles(math500, undefined, await jsonLines([{ ...problems(1)[0], subject: null }]));
    expect((await loadItems(math500, files)).items[0]?.item.tags).toEqual({ subject: "", level: "" });
    const wrong = localFiles(math500, undefined, await jsonLines([...problems(1), { problem: "?" }]));
    const error: unknown = await loadItems(math500, wrong).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect(String(error)).toMatch(/math500, row 2: answer .*The source writes its rows otherwise/s);
    const twice = localFiles(math500, undefined, await jsonLines([...problems(1), ...problems(1)]));
    await expect(loadItems(math500, twice)).rejects.toThrow("the id p0 stands twice");
  });

  test("a split's own rule leaves rows out", async () => {
    const row = hle.example as Readonly<Record<string, unknown>>;
    const folder = await jsonLines([row, { ...row, id: "b", image: "data:image/png;base64,AAAA" }]);
    const files = [{ path: "x", format: "jsonl", local: join(folder, "test.jsonl") }] as const;
    expect((await loadItems(hle, files)).items.map(({ item }) => item.id)).toEqual(["example-1"]);
  });

  test("a user's template replaces the words, and its hash stands for them", async () => {
    const [one] = (await loadItems(math500, localFiles(math500, undefined, await jsonLines(problems(1))))).items;
    const template = templateOf("Solve {{query}} ({{id}})", "mine.txt");
    expect(promptOf(math500, one!.item, template)).toEqual({
      text: "Solve What is 0 + 1? (p0)",
      version: template.version,
    });
    expect(template.version).toMatch(/^template\/[0-9a-f]{12}$/);
    expect(promptOf(math500, one!.item).version).toBe("math500/1");
    expect(() => templateOf("Solve it", "mine.txt")).toThrow("holds no question");
  });

  test("a folder without the files says which are missing; equal names are not taken for one another", async () => {
    const folder = await temporaryFolder();
    expect(() => localFiles(math500, undefined, folder)).toThrow(/test\.jsonl of math500 not found/);
    expect(() => localFiles(math500, undefined, join(folder, "nowhere"))).toThrow("no such file or folder");
    await mkdir(join(folder, "cipher"));
    await writeFile(join(folder, "cipher", "sample.jsonl"), "");
    await writeFile(join(folder, "sample.jsonl"), "");
    expect(() => localFiles(korbench, undefined, folder)).toThrow(/data\/cipher\/rule\.jsonl, .* not found/);
  });
});

describe("a sample", () => {
  const ids = Array.from({ length: 60 }, (_, i) => `item ${i}`);
  const strata = ids.map((_, i) => (i < 40 ? "large" : i < 55 ? "middle" : "small"));

  test("holds every stratum by its share, or all alike", () => {
    const counted = (drawn: readonly number[]): number[] =>
      ["large", "middle", "small"].map((stratum) => drawn.filter((i) => strata[i] === stratum).length);
    expect(counted(drawSample(ids, { count: 12, seed: 1, stratum: "size" }, strata))).toEqual([8, 3, 1]);
    expect(counted(drawSample(ids, { count: 12, seed: 1, stratum: "size", shares: "equal" }, strata))).toEqual([
      4, 4, 4,
    ]);
  });

  test("is in order, without repeats, of the size wanted, and does not change when rows are added", () => {
    assert(
      property(integer({ min: 1, max: 60 }), integer({ min: 0, max: 1000 }), (count, seed) => {
        const drawn = drawSample(ids, { count, seed });
        expect(drawn).toEqual([...new Set(drawn)].toSorted((a, b) => a - b));
        expect(drawn).toHaveLength(count);
        const more = drawSample([...ids, "another"], { count, seed });
        expect(more.filter((i) => i < ids.length && !drawn.includes(i))).toEqual([]);
      }),
    );
  });

  test("of a split has the size that is documented", () => {
    for (const { sample, expected } of Object.values(mmluPro.splits)) if (sample) expect(sample.count).toBe(expected);
  });
});

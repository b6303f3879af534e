/** signalbox datasets as a user runs it, against a mirror with made-up files. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { gpqa } from "../src/datasets/gpqa.ts";
import { math500 } from "../src/datasets/math500.ts";
import { signalbox } from "./support/command-line.ts";
import type { Finished } from "./support/command-line.ts";
import { madeUpMirror } from "./support/made-up-sources.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

async function inFolder(): Promise<{ folder: string; run: (...args: string[]) => Promise<Finished> }> {
  const folder = await temporaryFolder();
  const env = {
    SIGNALBOX_CACHE: join(folder, "cache"),
    SIGNALBOX_DATASETS: join(folder, "own"),
    HF_TOKEN: "hf_canary",
  };
  return { folder, run: (...args) => signalbox(["datasets", ...args], { env, cwd: folder }) };
}

describe("datasets", () => {
  test("fetch checks what it fetched, show says that it is there, preview shows prompts", async () => {
    const { folder, run } = await inFolder();
    const mirror = await madeUpMirror([math500]);
    const fetched = await run("fetch", "math500", "--mirror", mirror.url);
    expect([fetched.code, fetched.stdout]).toEqual([0, "math500/test: 1 item in 1 file; 1 perfect answer scores 1\n"]);
    expect(fetched.stderr).toContain("math500 is under these terms: MIT.");
    expect(fetched.stderr).toContain("where 500 are documented");
    expect(await readdir(join(folder, "cache", "datasets", "math500"))).toContain("test.jsonl");
    const shown = await run("show", "math500", "--json");
    expect(JSON.parse(shown.stdout)).toMatchObject({ id: "math500", fetched: [{ split: "test", files: [{}] }] });
    await writeFile(join(folder, "mine.txt"), "Q {{query}}");
    const preview = await run("preview", "math500", "--template", "mine.txt", "--json", "-q");
    expect([preview.stderr, JSON.parse(preview.stdout)]).toEqual([
      "",
      [
        expect.objectContaining({
          index: 1,
          prompt: expect.objectContaining({ text: expect.stringMatching(/^Q Write/) }),
        }),
      ],
    ]);
  });

  test("a set that is not open to all says how to get access; the token is never shown nor sent elsewhere", async () => {
    const { run } = await inFolder();
    const mirror = await madeUpMirror([gpqa], () => undefined);
    const { code, stdout, stderr } = await run("fetch", "gpqa", "--mirror", mirror.url);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/asks for access \(403\)[\s\S]*Accept the terms/);
    expect(stderr).not.toContain("canary");
    expect(mirror.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test("a file of one's own is added, listed and looked at; what is wrong with it is told before it is written down", async () => {
    const { folder, run } = await inFolder();
    await writeFile(join(folder, "quiz.csv"), "question,key,A,B\nWhich?,B,x,y\nWhich now?,E,x,y\n");
    const add = ["add", "quiz", "--file", "quiz.csv", "--prompt", "question", "--answer", "key", "--choices", "A,B"];
    const wrong = await run(...add, "--family", "letter");
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringMatching(/item 2: the key does not score 1[\s\S]*"E"/),
    ]);
    await writeFile(join(folder, "quiz.csv"), "question,key,A,B\nWhich?,B,x,y\nWhich now?,A,x,y\n");
    const added = await run(...add, "--family", "letter");
    expect([added.code, added.stdout]).toEqual([0, expect.stringContaining("quiz: 2 items, scored by letter")]);
    expect(await readFile(join(folder, "own", "quiz.yaml"), "utf8")).toContain("evaluator: letter");
    const listed = await run("list", "--json");
    expect(JSON.parse(listed.stdout)).toContainEqual(expect.objectContaining({ id: "quiz", access: "yours" }));
    expect((await run("preview", "quiz", "-q")).stdout).toContain("Which now?");
    expect((await run(...add, "--family", "leter")).code).toBe(2);
    expect((await run("show", "quizz")).stderr).toContain('Did you mean "quiz"');
  });
});

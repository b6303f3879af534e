/**
 * A save killed before any of its steps on disk: afterwards the folder is as before or as wanted, never between and
 * never gone. The process is a real one, and kills itself before the n-th rename, removal or new folder.
 */
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadRouter, saveRouter } from "../src/experiment/artefact.ts";
import { routerByName } from "../src/routers/registry.ts";
import { recoverFolder, writeFolderAtomic } from "../src/store/write-folder.ts";
import { fit } from "./contract/router.ts";
import { oneExpert } from "./support/tables.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const module = new URL("../dist/store/write-folder.js", import.meta.url).href;
const names = ["a.txt", "b.txt"];
const filesOf = (text: string): Record<string, string> => Object.fromEntries(names.map((name) => [name, text]));

/** Writes "new" in a process of its own; true when it was killed before it ended. */
function writeKilledAt(step: number, path: string): boolean {
  const program = `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    let step = 0;
    for (const name of ["rename", "rm", "mkdir"]) {
      const real = fs.promises[name];
      fs.promises[name] = (...input) => {
        if (step++ === ${step}) process.kill(process.pid, "SIGKILL");
        return real(...input);
      };
    }
    syncBuiltinESMExports();
    const { writeFolderAtomic } = await import(${JSON.stringify(module)});
    await writeFolderAtomic(${JSON.stringify(path)}, ${JSON.stringify(filesOf("new"))});
  `;
  const { signal, status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program]);
  expect(signal ?? status, stderr.toString()).toBe(signal ? "SIGKILL" : 0);
  return signal !== null;
}

test("whenever a save is killed, the folder holds the old files or the new ones", async () => {
  const outcomes: string[] = [];
  for (let step = 0; ; step++) {
    const folder = await temporaryFolder();
    const path = join(folder, "router");
    await writeFolderAtomic(path, filesOf("old"));
    const killed = writeKilledAt(step, path);
    const recovered = await recoverFolder(path, names);
    expect((await readdir(path)).toSorted()).toEqual(names);
    const texts = await Promise.all(names.map((name) => readFile(join(path, name), "utf8")));
    expect(new Set(texts).size).toBe(1);
    outcomes.push(`${texts[0]}${recovered ? ", put back" : ""}`);
    // The next save leaves nothing of what the killed one left.
    await writeFolderAtomic(path, filesOf("later"));
    expect(await readdir(folder)).toEqual(["router"]);
    expect(await readFile(join(path, "a.txt"), "utf8")).toBe("later");
    if (!killed) break;
  }
  // Both moments that matter were met: between the two renames, and after them with the old folder still aside.
  expect(outcomes.filter((outcome) => outcome === "old, put back")).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === "new").length).toBeGreaterThan(1);
  expect(outcomes).toEqual(outcomes.toSorted((a, b) => rank(a) - rank(b)));
});

function rank(outcome: string): number {
  return ["old", "old, put back", "new"].indexOf(outcome);
}

test("two saves at once leave one of the two, whole, and nothing beside it", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "router");
  await Promise.all(["one", "two", "three"].map((text) => writeFolderAtomic(path, filesOf(text))));
  const texts = await Promise.all(names.map((name) => readFile(join(path, name), "utf8")));
  expect(new Set(texts).size).toBe(1);
  expect(await readdir(folder)).toEqual(["router"]);
});

test("a router whose save was killed is loaded as it was before, with a word about it", async () => {
  const folder = await temporaryFolder();
  const path = join(folder, "router");
  const fitted = fit(routerByName("best-single"), oneExpert({ queries: 12, seed: 1 }));
  await saveRouter(path, { fitted, encoderSpec: null, encoder: null });
  await rename(path, join(folder, `.router.${randomUUID()}.old`));
  const { warnings, fitted: loaded } = await loadRouter(join(path, "router.json"));
  expect(warnings).toEqual([`${path}: a save was cut short; the router as it was before it was put back`]);
  expect(loaded.state).toEqual(fitted.state);
  expect((await loadRouter(path)).warnings).toEqual([]);
});

/**
 * Python in WebAssembly, in a hardened child process per program: for machines without a Python, and for tests. Pyodide is no
 * sandbox by itself. What makes it one: the child may not make code from strings, reads no file but its own, starts no
 * process, has no environment, and is gone with its program.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { PrerequisiteError } from "../../core/errors.ts";
import type { Sandbox, SandboxReply, SandboxRequest } from "../../core/sandbox.ts";
import { builtFile } from "../../parallel/built-file.ts";
import { slots } from "../slots.ts";
import type { ChildSetup, SnapshotOrder } from "./protocol.ts";
import { startPythonChild } from "./python-child.ts";
import type { PythonChild } from "./python-child.ts";

export interface PyodideOptions {
  /** where the memory of a loaded Python is kept, so that the next start is fast; made where it is absent */
  readonly cacheFolder: string;
  /** programs at a time, a process each; default: one for each core */
  readonly processes?: number | undefined;
}

/** How much slower than CPython it is, about: limits of time are stretched by this. */
export const pyodideSlowness = 3;

/** @throws PrerequisiteError when Python cannot be loaded */
export async function openPyodideSandbox(options: PyodideOptions): Promise<Sandbox> {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve("pyodide/package.json"));
  const { version } = require("pyodide/package.json") as { readonly version: string };
  const pyodideUrl = pathToFileURL(join(folder, "pyodide.mjs")).href;
  const snapshot = await snapshotOf(pyodideUrl, version, options.cacheFolder);
  const script = builtFile(new URL("./child.ts", import.meta.url));
  // Its own code: dist/sandbox, and dist/core for what it shares.
  const own = `${dirname(dirname(dirname(script)))}/`;
  const setup: ChildSetup = { pyodideUrl, snapshot };
  const readable = [`${folder}/`, own, snapshot];
  const pool = childPool(
    () => startPythonChild({ script, setup, readable }),
    options.processes ?? Math.max(1, availableParallelism()),
  );
  return { name: `pyodide ${version}`, ...pool };
}

/** The file with the memory of a loaded Python, made by a process of its own where it is not there yet. */
async function snapshotOf(pyodideUrl: string, version: string, cacheFolder: string): Promise<string> {
  const path = join(cacheFolder, `pyodide-${version}-node-${process.versions.node}.snapshot`);
  if (existsSync(path)) return path;
  await mkdir(cacheFolder, { recursive: true });
  const script = builtFile(new URL("./make-snapshot.ts", import.meta.url));
  const child = spawn(process.execPath, ["--no-warnings", script], { env: {}, stdio: ["pipe", "ignore", "pipe"] });
  child.stdin.end(JSON.stringify({ pyodideUrl, path } satisfies SnapshotOrder));
  let words = "";
  child.stderr.on("data", (part: Buffer) => (words = (words + part.toString()).slice(-2000)));
  await once(child, "close");
  if (existsSync(path)) return path;
  const cause = /^\w*Error.*$/m.exec(words)?.[0] ?? words.trim();
  throw new PrerequisiteError({
    problem: `Pyodide could not be loaded${cause === "" ? "" : ` (${cause})`}`,
    where: fileURLToPath(pyodideUrl),
    mend: "Install anew: npm ci",
  });
}

type Pool = Pick<Sandbox, "run" | "close">;

function childPool(start: () => PythonChild, most: number): Pool {
  const all = new Set<PythonChild>();
  const place = slots(most);
  return {
    run: (request, signal) =>
      place(async () => {
        const child = start();
        all.add(child);
        try {
          return await runOn(child, request, signal);
        } finally {
          all.delete(child);
          await child.end();
        }
      }, signal),
    async close() {
      await Promise.all(Array.from(all, (child) => child.end()));
    },
  };
}

async function runOn(child: PythonChild, request: SandboxRequest, signal?: AbortSignal): Promise<SandboxReply> {
  const { limits } = request;
  try {
    await child.ready();
  } catch (error) {
    await child.end();
    signal?.throwIfAborted();
    const detail = error instanceof Error ? error.message : String(error);
    return { outcome: "failed", stdout: "", stderr: "", wallMs: NaN, detail };
  }
  const stretched = { ...limits, wallMs: limits.wallMs * pyodideSlowness };
  return await child.run({ ...request, limits: stretched }, signal);
}

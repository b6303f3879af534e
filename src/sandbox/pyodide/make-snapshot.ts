/** Run by pyodide-sandbox.ts once per version of Pyodide and Node: writes the memory of a loaded Python to the file named. */
import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import type { SnapshotOrder } from "./protocol.ts";

const { pyodideUrl, path } = JSON.parse(readFileSync(0, "utf8")) as SnapshotOrder;
const { loadPyodide } = (await import(pyodideUrl)) as typeof import("pyodide");
// Private interface of Pyodide, held by the version in the lock file.
const options = { _makeSnapshot: true } as object;
const python = (await loadPyodide(options)) as unknown as { makeMemorySnapshot(): Uint8Array };
const part = `${path}.${process.pid}`;
await writeFile(part, python.makeMemorySnapshot());
await rename(part, path);

/**
 * The hardened child process: started by pyodide-sandbox.ts with an empty environment, without code from strings and
 * without files but Pyodide's own. It holds Python for one program and ends: what code that got out of Python leaves behind
 * cannot reach the next. On one thread: on Node 20 other threads are not bound by the permission model.
 */
import { constants, readFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { setFlagsFromString } from "node:v8";
import type { PyodideAPI } from "pyodide";
import { CappedText } from "../capped-text.ts";
import { closeHostDoors, freezeBuiltIns, limitMemory } from "./hardening.ts";
import type { ChildMessage, ChildSetup, RunMessage } from "./protocol.ts";
import { runProgram } from "./run-program.ts";

// Compiling for speed what runs but once costs a quarter of a short program's time: a long one still gets it, a little later.
setFlagsFromString("--wasm-tiering-budget=200000000");

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { value: first } = await lines.next();
const { pyodideUrl, snapshot } = JSON.parse(String(first)) as ChildSetup;
const image = snapshot === undefined ? undefined : readFileSync(snapshot);
const setMemoryLimit = limitMemory();
closeHostDoors();
// Pyodide asks for the numbers of file constants in a way that the permission model forbids.
Object.assign(process, { binding: () => ({ fs: constants }) });

const { loadPyodide } = (await import(pyodideUrl)) as typeof import("pyodide");

const python = await loadPython();
freezeBuiltIns();
say({ kind: "ready" });
const { value: order } = await lines.next();
answer(JSON.parse(String(order)) as RunMessage);

async function loadPython(): Promise<PyodideAPI> {
  // `_loadSnapshot` is not in the types: a private option of Pyodide, held by the version in the lock file.
  const options = { jsglobals: Object.create(null) as object, ...(image && { _loadSnapshot: image }) };
  return await loadPyodide(options);
}

function answer(message: RunMessage): void {
  const { limits } = message;
  const [stdout, stderr] = [new CappedText(limits.outputBytes), new CappedText(limits.outputBytes)];
  const start = performance.now();
  let isAnswered = false;
  const done = (outcome: Extract<ChildMessage, { kind: "done" }>["outcome"], detail: string): void => {
    if (isAnswered) return;
    isAnswered = true;
    const wallMs = performance.now() - start;
    say({ kind: "done", outcome, detail, wallMs, stdout: stdout.text(), stderr: stderr.text() });
  };
  setMemoryLimit(limits.memoryMiB);
  // Told at once: the program goes on until it is killed.
  const onOverflow = (): void => done("output", `more than ${limits.outputBytes} bytes of output`);
  const { outcome, detail } = runProgram(python, message, { stdout, stderr }, onOverflow);
  done(outcome, detail);
}

/** Written at once, also while a program runs. */
function say(message: ChildMessage): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
}

/**
 * CPython under bubblewrap and prlimit (Linux): no network, no files but a read-only system and an empty work folder in
 * memory, no other process in sight, no environment, limits of time, memory, files and processes.
 */
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import type { Readable, Writable } from "node:stream";
import { promisify } from "node:util";
import type { Sandbox, SandboxReply, SandboxRequest } from "../../core/sandbox.ts";
import { CappedText } from "../capped-text.ts";
import { slots } from "../slots.ts";
import { bwrapCommand, findBwrapTools, firstFileDescriptor } from "./bwrap-command.ts";
import type { BwrapTools } from "./bwrap-command.ts";
import { endOfProgram } from "./end-of-program.ts";

/** Undefined where bubblewrap, prlimit or Python is absent, or the kernel does not let them work. */
export async function openBwrapSandbox(processes = availableParallelism()): Promise<Sandbox | undefined> {
  const tools = findBwrapTools();
  if (tools === undefined) return undefined;
  const { stdout, stderr } = await promisify(execFile)(tools.python, ["--version"]);
  const place = slots(Math.max(1, processes));
  const sandbox: Sandbox = {
    name: `bwrap, ${(stdout + stderr).trim()}`,
    run: (request, signal) => place(() => runUnder(tools, request, signal), signal),
    close: () => Promise.resolve(),
  };
  const limits = { wallMs: 10_000, memoryMiB: 256, outputBytes: 1000 };
  const canary = await sandbox.run({ program: "print(6 * 7)", limits });
  return canary.outcome === "ok" && canary.stdout.trim() === "42" ? sandbox : undefined;
}

async function runUnder(tools: BwrapTools, request: SandboxRequest, signal?: AbortSignal): Promise<SandboxReply> {
  const { program, stdin = "", files = {}, limits } = request;
  const [command = "", ...args] = bwrapCommand(tools, request);
  const texts = [program, ...Object.values(files)];
  const pipes = Array.from({ length: firstFileDescriptor + texts.length }, () => "pipe" as const);
  const start = performance.now();
  const child = spawn(command, args, { env: {}, cwd: "/", stdio: pipes });
  const stop = stopper(child, limits.wallMs, signal);
  const output = (stream: 1 | 2): CappedText => kept(child.stdio[stream], limits.outputBytes, () => stop.now("output"));
  const [stdout, stderr] = [output(1), output(2)];
  const info = kept(child.stdio[3] as Readable, 1000, () => undefined);
  for (const [pipe, text] of [
    [child.stdio[0], stdin],
    ...texts.map((text, i) => [child.stdio[firstFileDescriptor + i], text]),
  ] as const)
    // A program that does not read its input to the end closes it: no error of ours.
    (pipe as unknown as Writable).on("error", () => undefined).end(text);
  const [code] = (await Promise.race([once(child, "close"), failedStart(child)])) as [number | null];
  stop.clear();
  signal?.throwIfAborted();
  const reply = { stdout: stdout.text(), stderr: stderr.text(), wallMs: performance.now() - start };
  const hasStarted = info.text().includes("child-pid");
  return { ...reply, ...endOfProgram({ why: stop.why(), code, hasStarted, stderr: reply.stderr, limits }) };
}

async function failedStart(child: ChildProcess): Promise<[null]> {
  await once(child, "error");
  return [null];
}

function kept(stream: Readable, limit: number, onOverflow: () => void): CappedText {
  const text = new CappedText(limit);
  stream.on("data", (part: Buffer) => {
    text.add(part);
    if (text.overflows) onOverflow();
  });
  return text;
}

interface Stopper {
  now(why: "timeout" | "output"): void;
  why(): "timeout" | "output" | undefined;
  clear(): void;
}

/** Kills the box, and with it all that is in it, when the time is up or the signal is aborted. */
function stopper(child: ChildProcess, wallMs: number, signal: AbortSignal | undefined): Stopper {
  let why: "timeout" | "output" | undefined;
  const now = (reason: "timeout" | "output"): void => {
    why ??= reason;
    child.kill("SIGKILL");
  };
  const timer = setTimeout(() => now("timeout"), wallMs);
  const onAbort = (): boolean => child.kill("SIGKILL");
  signal?.addEventListener("abort", onAbort, { once: true });
  return {
    now,
    why: () => why,
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

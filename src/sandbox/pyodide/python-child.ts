/** One hardened child process with one Python in it, for one program; from the side of the user's process. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { SandboxReply, SandboxRequest } from "../../core/sandbox.ts";
import { hardenedNode } from "./hardened-node.ts";
import type { ChildMessage, ChildSetup, DoneMessage } from "./protocol.ts";

export interface PythonChild {
  /** Resolves when Python is loaded. Rejects when the child ended before. */
  ready(): Promise<void>;
  /** Only after `ready`, and once: the child ends with its program. */
  run(request: SandboxRequest, signal?: AbortSignal): Promise<SandboxReply>;
  end(): Promise<void>;
}

export interface ChildStart {
  /** its built script */
  readonly script: string;
  readonly setup: ChildSetup;
  /** files and folders it may read */
  readonly readable: readonly string[];
}

export function startPythonChild({ script, setup, readable }: ChildStart): PythonChild {
  const { command, args } = hardenedNode(readable);
  const child = spawn(command, [...args, script], {
    env: {},
    cwd: "/",
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.write(`${JSON.stringify(setup)}\n`);
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const inbox = messagesOf(child);
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  return {
    async ready() {
      const message = await inbox.next();
      if (message?.kind === "ready") return;
      throw new Error(inbox.lastWords() || "the child process ended before Python was loaded");
    },
    async run(request, signal) {
      const start = performance.now();
      const limit = stopAfter(request.limits.wallMs, signal);
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const message = await Promise.race([inbox.next(), limit.reached]);
      limit.clear();
      await end();
      signal?.throwIfAborted();
      const wallMs = performance.now() - start;
      if (message === "timeout" || message === "aborted") return timedOut(request, wallMs);
      return message?.kind === "done" ? replyOf(message) : crashed(wallMs, inbox.lastWords());
    },
    end,
  };
}

function replyOf({ outcome, stdout, stderr, wallMs, detail }: DoneMessage): SandboxReply {
  return { outcome, stdout, stderr, wallMs, detail };
}

function timedOut({ limits }: SandboxRequest, wallMs: number): SandboxReply {
  return { outcome: "timeout", stdout: "", stderr: "", wallMs, detail: `more than ${limits.wallMs / 1000} s` };
}

function crashed(wallMs: number, words: string): SandboxReply {
  const isMemory = /memory|heap/i.test(words);
  const detail = words === "" ? "the child process ended" : words;
  return { outcome: isMemory ? "memory" : "killed", stdout: "", stderr: words, wallMs, detail };
}

interface Inbox {
  /** undefined once the child has ended */
  next(): Promise<ChildMessage | undefined>;
  /** what it said on stderr last */
  lastWords(): string;
}

function messagesOf(child: ChildProcess): Inbox {
  const queue: (ChildMessage | undefined)[] = [];
  const waiting: ((message: ChildMessage | undefined) => void)[] = [];
  const put = (message: ChildMessage | undefined): void => {
    const wake = waiting.shift();
    if (wake) wake(message);
    else queue.push(message);
  };
  let words = "";
  child.stderr?.on("data", (part: Buffer) => (words = (words + part.toString()).slice(-1000)));
  // A write to a child that has just ended is no error of ours: its end is told by `close`.
  child.stdin?.on("error", () => undefined);
  child.once("error", (error) => (words = error.message));
  if (child.stdout) createInterface({ input: child.stdout }).on("line", (line) => put(messageOf(line)));
  child.once("close", () => put(undefined));
  return {
    lastWords: () => words.trim().split("\n").at(-1) ?? "",
    async next() {
      if (queue.length > 0) return queue.shift();
      return await new Promise((resolve) => waiting.push(resolve));
    },
  };
}

/** A line that is no message came from code that got out of Python: the child is not to be trusted any more. */
function messageOf(line: string): ChildMessage | undefined {
  try {
    return JSON.parse(line) as ChildMessage;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface Limit {
  readonly reached: Promise<"timeout" | "aborted">;
  clear(): void;
}

function stopAfter(wallMs: number, signal: AbortSignal | undefined): Limit {
  let clear = (): void => undefined;
  const reached = new Promise<"timeout" | "aborted">((resolve) => {
    const timer = setTimeout(() => resolve("timeout"), wallMs);
    const onAbort = (): void => resolve("aborted");
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    clear = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
  });
  return { reached, clear };
}

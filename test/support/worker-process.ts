/** `signalbox` commands as processes of their own, ended when the test is over. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { commandLinePath } from "./command-line.ts";

export interface CommandProcess {
  readonly child: ChildProcess;
  /** what it has said so far, both streams */
  readonly said: () => string;
  /** resolves with the exit code; null when a signal ended it */
  readonly ended: Promise<number | null>;
}

export function startCommand(
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
  /** another program, with these arguments alone */
  program?: string,
): CommandProcess {
  const child = spawn(program ?? process.execPath, program === undefined ? [commandLinePath, ...args] : args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await ended;
  });
  return { child, said: () => said, ended };
}

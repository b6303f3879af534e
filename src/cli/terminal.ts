/**
 * The only file that writes to the terminal. Results go to stdout, progress and notes to stderr; colours follow
 * NO_COLOR, FORCE_COLOR and whether the stream is a terminal.
 */
import { writeSync } from "node:fs";
import cliProgress from "cli-progress";
import pc from "picocolors";
import type { SignalboxError } from "../core/errors.ts";

/** How wide text may run: the terminal's width, COLUMNS without one, else 100; never under 60 or over 140. */
export function terminalWidth(): number {
  // Some pseudo-terminals say 0.
  const wanted = process.stdout.columns || Number(process.env["COLUMNS"] ?? NaN);
  return Math.max(60, Math.min(140, Number.isInteger(wanted) && wanted > 0 ? wanted : 100));
}

/** Whether stdout takes colour. */
export function wantsColour(): boolean {
  return pc.isColorSupported && (process.stdout.isTTY || process.env["FORCE_COLOR"] !== undefined);
}

/** Writes a result to stdout, whole, even into a pipe that is read slowly. */
export function print(text: string): void {
  writeAll(1, text.endsWith("\n") ? text : `${text}\n`);
}

/** Writes a note to stderr. */
export function note(text: string): void {
  writeAll(2, `${text}\n`);
}

/** Writes an error to stderr: what, where, how to mend. */
export function printError(error: SignalboxError): void {
  const colours = pc.createColors(pc.isColorSupported && process.stderr.isTTY);
  note(`${colours.red("error:")} ${error.where ? `${error.where}: ` : ""}${error.problem}`);
  for (const line of error.mend?.split("\n") ?? []) note(`       ${line}`);
}

/** Progress of long work: a bar on a terminal, a line every ten seconds elsewhere, nothing when quiet. */
export interface Progress {
  update(done: number, total: number, what: string): void;
  stop(): void;
}

export function startProgress(title: string, quiet: boolean): Progress {
  if (quiet) return { update: () => undefined, stop: () => undefined };
  return process.stderr.isTTY ? barProgress(title) : lineProgress(title);
}

function barProgress(title: string): Progress {
  const bar = new cliProgress.SingleBar({
    format: `${title} {bar} {value}/{total} {what}`,
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    stream: process.stderr,
  });
  let started = false;
  return {
    update(done, total, what) {
      if (!started) bar.start(total, done, { what });
      started = true;
      bar.setTotal(total);
      bar.update(done, { what });
    },
    stop: () => bar.stop(),
  };
}

const lineEveryMs = 10_000;

function lineProgress(title: string): Progress {
  let last = Date.now();
  return {
    update(done, total, what) {
      if (Date.now() - last < lineEveryMs) return;
      last = Date.now();
      note(`${title}: ${done}/${total} ${what}`);
    },
    stop: () => undefined,
  };
}

function writeAll(stream: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(stream, bytes, written);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A reader that has gone (| head) ends the output, not the program with an error.
      if (code === "EPIPE") return;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** What the sandbox and its child process say to each other: one JSON line a message, over the child's stdin and stdout. */
import type { SandboxOutcome, SandboxRequest } from "../../core/sandbox.ts";

/** From the sandbox: run this. */
export type RunMessage = SandboxRequest;

/** From the child: Python is loaded and waits for a program … */
export interface ReadyMessage {
  readonly kind: "ready";
}

/** … or a program has ended. */
export interface DoneMessage {
  readonly kind: "done";
  readonly outcome: SandboxOutcome;
  readonly stdout: string;
  readonly stderr: string;
  readonly wallMs: number;
  readonly detail: string;
}

export type ChildMessage = ReadyMessage | DoneMessage;

/** The first line given to the child. */
export interface ChildSetup {
  /** file URL of pyodide.mjs */
  readonly pyodideUrl: string;
  /** path of the memory snapshot; absent = load from the start */
  readonly snapshot?: string;
}

/** Given to the process that makes the snapshot, on its stdin. */
export interface SnapshotOrder {
  readonly pyodideUrl: string;
  /** where to write it */
  readonly path: string;
}

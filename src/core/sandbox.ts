/** A place where untrusted Python runs without the user's rights, files and network. What is in it: src/sandbox. */

export interface SandboxLimits {
  /** from start to end of the program, start of the engine excluded */
  readonly wallMs: number;
  readonly memoryMiB: number;
  /** of stdout and of stderr, each; what is above is cut and said so */
  readonly outputBytes: number;
}

export interface SandboxRequest {
  /** the whole program, run as `__main__` unless `moduleName` says otherwise */
  readonly program: string;
  readonly stdin?: string;
  /** the value of `__name__` */
  readonly moduleName?: string;
  readonly limits: SandboxLimits;
  /**
   * Files to lay beside the program, by name. Text only.
   */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * `ok`: ran to its end; `exception`: an exception or an exit code other than 0; `timeout`, `memory`, `output`: a limit
 * was met; `killed`: ended by a signal; `unsupported`: needs a package or a call the engine has not; `failed`: the
 * engine itself did not work, which says nothing of the program.
 */
export const sandboxOutcomes = [
  "ok",
  "exception",
  "timeout",
  "memory",
  "output",
  "killed",
  "unsupported",
  "failed",
] as const;
export type SandboxOutcome = (typeof sandboxOutcomes)[number];

export interface SandboxReply {
  readonly outcome: SandboxOutcome;
  readonly stdout: string;
  /** its end, which names the exception */
  readonly stderr: string;
  readonly wallMs: number;
  /** one clause: which limit, which package; "" when ok */
  readonly detail: string;
}

export interface Sandbox {
  /** engine and version, for the record: "pyodide 314.0.7", "bwrap, Python 3.11.2" */
  readonly name: string;
  /** Never throws for what a program does; rejects with the signal's reason when it is aborted. */
  run(request: SandboxRequest, signal?: AbortSignal): Promise<SandboxReply>;
  close(): Promise<void>;
}

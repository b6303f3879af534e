/** Opens the place where untrusted Python runs: the strongest engine this machine has, or the one asked for. */
import { PrerequisiteError } from "../core/errors.ts";
import type { Sandbox } from "../core/sandbox.ts";
import { openBwrapSandbox } from "./bwrap/bwrap-sandbox.ts";
import { openPyodideSandbox } from "./pyodide/pyodide-sandbox.ts";

/** `auto`: bubblewrap with CPython where it works, else Pyodide. There is no engine without isolation. */
export const sandboxEngines = ["auto", "bwrap", "pyodide"] as const;
export type SandboxEngine = (typeof sandboxEngines)[number];

export interface SandboxOptions {
  readonly engine?: SandboxEngine | undefined;
  /** for what makes the next start fast; made where it is absent */
  readonly cacheFolder: string;
  /** programs at a time; default: one for each core */
  readonly processes?: number | undefined;
}

/** @throws PrerequisiteError when the engine asked for does not work here */
export async function openSandbox({ engine = "auto", cacheFolder, processes }: SandboxOptions): Promise<Sandbox> {
  if (engine !== "pyodide") {
    const sandbox = await openBwrapSandbox(processes);
    if (sandbox) return sandbox;
  }
  if (engine === "bwrap") {
    throw new PrerequisiteError({
      problem: "bubblewrap, prlimit or Python 3 is not there, or this kernel does not let them work",
      where: "sandbox bwrap",
      mend: "Install them (Debian: apt-get install bubblewrap python3), or use the engine pyodide",
    });
  }
  return await openPyodideSandbox({ cacheFolder, processes });
}

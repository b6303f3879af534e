/** How a program under bubblewrap ended, from what can be seen from outside. */
import type { SandboxLimits, SandboxReply } from "../../core/sandbox.ts";
import { thirdPartyModules } from "../third-party-modules.ts";

interface Seen {
  /** which limit made us kill it */
  readonly why: "timeout" | "output" | undefined;
  readonly code: number | null;
  /** whether the box stood and the program was started */
  readonly hasStarted: boolean;
  readonly stderr: string;
  readonly limits: SandboxLimits;
}

type End = Pick<SandboxReply, "outcome" | "detail">;

export function endOfProgram({ why, code, hasStarted, stderr, limits }: Seen): End {
  if (why === "timeout") return { outcome: why, detail: `more than ${limits.wallMs / 1000} s` };
  if (why === "output") return { outcome: why, detail: `more than ${limits.outputBytes} bytes of output` };
  const last = stderr.trimEnd().split("\n").at(-1) ?? "";
  if (!hasStarted) return { outcome: "failed", detail: last || "the box could not be made" };
  if (code === 0) return { outcome: "ok", detail: "" };
  // 128 + signal: bubblewrap passes on how the program ended.
  if (code === null || code > 128) return endOfSignal(code === null ? NaN : code - 128, limits);
  return endOfException(last, limits);
}

/** SIGXCPU (24) comes when the time of the processor is used up, by one thread or several. */
function endOfSignal(number: number, { wallMs }: SandboxLimits): End {
  if (number === 24)
    return { outcome: "timeout", detail: `more than ${Math.ceil(wallMs / 1000) + 1} s of processor time` };
  return { outcome: "killed", detail: Number.isNaN(number) ? "ended from outside" : `ended by signal ${number}` };
}

function endOfException(last: string, { memoryMiB }: SandboxLimits): End {
  if (last.startsWith("MemoryError")) return { outcome: "memory", detail: `more than ${memoryMiB} MiB` };
  const missing = /^ModuleNotFoundError: No module named '([^'.]+)/.exec(last)?.[1];
  if (missing !== undefined && thirdPartyModules.has(missing))
    return { outcome: "unsupported", detail: `needs the package ${missing}` };
  return { outcome: "exception", detail: last };
}

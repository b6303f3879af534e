/** Runs the built command line as a user would: its own process, real files. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const commandLinePath = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const deadlineMs = 50_000;

/** Commands keep snapshots and answers here, not with those of whoever runs the tests. */
const ownCache = mkdtempSync(join(tmpdir(), "signalbox-cache-"));
process.on("exit", () => rmSync(ownCache, { recursive: true, force: true }));

/** What each thread of a process waits for, where the kernel tells. */
function threadWaits(pid: number): string {
  const folder = `/proc/${pid}/task`;
  if (!existsSync(folder)) return "";
  return readdirSync(folder)
    .map((thread) => `${thread}: ${readFileSync(`${folder}/${thread}/wchan`, "utf8")}`)
    .join("\n");
}

/** Runs `signalbox …args`; `interruptWhen` sends SIGINT as soon as stderr matches. */
export function signalbox(
  args: readonly string[],
  options: {
    readonly env?: NodeJS.ProcessEnv;
    readonly cwd?: string;
    readonly interruptWhen?: RegExp;
    readonly input?: string;
  } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [commandLinePath, ...args], {
      env: { SIGNALBOX_CACHE: ownCache, ...process.env, NO_COLOR: "1", ...options.env },
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    });
    let stdout = "";
    let stderr = "";
    let interrupted = false;
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      if (interrupted || !options.interruptWhen?.test(stderr)) return;
      interrupted = true;
      child.kill("SIGINT");
    });
    // A process that does not end is a finding of its own: say what it had printed and what its threads wait for.
    const deadline = setTimeout(() => {
      const waits = child.pid === undefined ? "" : threadWaits(child.pid);
      child.kill("SIGKILL");
      reject(new Error(`signalbox ${args.join(" ")} did not end\nstdout: ${stdout}\nstderr: ${stderr}\n${waits}`));
    }, deadlineMs);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(deadline);
      resolve({ code, stdout, stderr });
    });
    child.stdin.end(options.input ?? "");
  });
}

/** Runs the official harness that is installed here: its own command with documented arguments, no shell, its own environment. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DataError, PrerequisiteError, SignalboxError, throwIfAborted } from "../../core/errors.ts";

export interface HarnessRun {
  readonly command: string;
  readonly args: readonly string[];
  /** where it runs, and where its report is */
  readonly folder: string;
  /** files it may have written, the first that is there counts */
  readonly reports: readonly string[];
  /** how it is installed */
  readonly install: string;
}

export interface SweBenchRunOptions {
  /** JSONL of {instance_id, model_name_or_path, model_patch} */
  readonly predictions: string;
  readonly datasetName: string;
  readonly runId: string;
  readonly workers: number;
  readonly folder: string;
  /** the Python that swebench is installed for */
  readonly command: string;
}

/** https://www.swebench.com/SWE-bench/guides/evaluation/ */
export function sweBenchRun({ command, folder, ...options }: SweBenchRunOptions): HarnessRun {
  const { predictions, datasetName, runId, workers } = options;
  const model = modelOf(predictions).replaceAll("/", "__");
  return {
    command,
    args: [
      "-m",
      "swebench.harness.run_evaluation",
      "--dataset_name",
      datasetName,
      "--predictions_path",
      predictions,
      "--max_workers",
      String(workers),
      "--run_id",
      runId,
    ],
    folder,
    reports: [join(folder, `${model}.${runId}.json`)],
    install: "pip install swebench (and Docker)",
  };
}

function modelOf(predictions: string): string {
  const text = readFileSync(predictions, "utf8").trim();
  const [first = ""] = text.split("\n");
  try {
    const row = JSON.parse(text.startsWith("[") ? text : first) as unknown;
    const { model_name_or_path: model } = Object(Array.isArray(row) ? row[0] : row) as {
      readonly model_name_or_path?: unknown;
    };
    if (typeof model === "string") return model;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const mend = "One JSON object a line: {instance_id, model_name_or_path, model_patch}.";
  throw new DataError({ problem: "no predictions of SWE-bench", where: predictions, mend });
}

export interface Tau2RunOptions {
  readonly domain: string;
  readonly agent: string;
  readonly user: string;
  readonly trials: number;
  /** the name of the results */
  readonly runId: string;
  /** tau2's data folder, which holds simulations/ */
  readonly folder: string;
  readonly command: string;
}

/** https://github.com/sierra-research/tau2-bench#running-evaluations */
export function tau2Run({ domain, agent, user, trials, runId, folder, command }: Tau2RunOptions): HarnessRun {
  return {
    command,
    args: [
      "run",
      "--domain",
      domain,
      "--agent-llm",
      agent,
      "--user-llm",
      user,
      "--num-trials",
      String(trials),
      "--save-to",
      runId,
    ],
    folder,
    reports: [join(folder, "simulations", `${runId}.json`), join(folder, "simulations", runId, "results.json")],
    install: "git clone https://github.com/sierra-research/tau2-bench, then pip install -e . in it",
  };
}

/**
 * Runs it to its end; what it prints goes to our stderr. Gives the report's path.
 * @throws PrerequisiteError when it is not installed; SignalboxError when it fails or leaves no report; InterruptedError
 */
export async function runHarness(
  { command, args, folder, reports, install }: HarnessRun,
  { signal, onOutput }: { readonly signal?: AbortSignal | undefined; readonly onOutput: (text: string) => void },
): Promise<string> {
  throwIfAborted(signal, "the harness");
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], ...(signal && { signal }) });
    child.stdout.on("data", (chunk: Buffer) => onOutput(chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => onOutput(chunk.toString()));
    child.once("error", (cause: NodeJS.ErrnoException) => {
      const mend = `Install it: ${install}; or name its command: --command PATH`;
      const isAbsent = cause.code === "ENOENT" || cause.code === "EACCES";
      reject(isAbsent ? new PrerequisiteError({ problem: `"${command}" cannot be run`, mend, cause }) : cause);
    });
    child.once("close", resolve);
  }).catch((error: unknown) => {
    throwIfAborted(signal, "the harness");
    throw error;
  });
  const report = reports.find((path) => existsSync(path));
  if (code === 0 && report !== undefined) return report;
  const problem = code === 0 ? `left no report at ${reports.join(" or ")}` : `ended with code ${String(code)}`;
  throw new SignalboxError({
    problem: `the harness ${problem}`,
    where: command,
    mend: `See what it printed. If it is not installed: ${install}.`,
  });
}

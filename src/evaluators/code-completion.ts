/**
 * Functions left open in a program, filled in (SGI-Bench, dry experiments): the program runs on five sets of data in the
 * sandbox and must print what is known. Only standard output counts. Where the text differs a judge says whether it
 * matters. Right when all five are.
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import type { JudgeVerdict, ScoreResult, ScoringTools } from "../core/evaluator.ts";
import type { Sandbox } from "../core/sandbox.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import { completionHarness } from "./code/completion-harness.ts";
import { chosenCandidate, sandboxVerdict, secretToken } from "./code/sandboxed.ts";
import { askJudge } from "./judge/ask-judge.ts";
import { outputRubric } from "./judge/output-rubric.ts";
import { fences } from "./text/fences.ts";
import { visibleText } from "./text/visible-text.ts";

const optionsSchema = z.strictObject({
  seconds: z.number().positive().default(300).describe("for each test"),
  memoryMiB: z.int().positive().default(4096),
});

const recordSchema = z.object({ incomplete_functions: z.array(z.string()).min(1), incomplete_main_code: z.string() });

const mostOutput = 2 ** 20;

interface DryTest {
  readonly data: string;
  readonly output: string;
}

interface Run {
  readonly answers: readonly string[];
  readonly functions: readonly string[];
  readonly program: string;
  readonly options: z.infer<typeof optionsSchema>;
  readonly sandbox: Sandbox;
  readonly tools: ScoringTools;
}

export const codeCompletion = defineEvaluator({
  name: "code-completion",
  version: 3,
  summary:
    "Functions filled into a program that then prints what it should, run in the sandbox, judged where it differs.",
  needs: ["sandbox"],
  options: optionsSchema,

  async score({ response, record }, options, tools) {
    const parsed = recordSchema.safeParse(record);
    const tests = testsOf(record);
    if (!parsed.success || tests.length === 0)
      return ungraded("data-error", "the record lacks its program or its tests");
    const visible = visibleText(response);
    if (visible.trim() === "") return failedAnswer("no-answer", "nothing was said outside the reasoning");
    if (tools.sandbox === undefined) return ungraded("unsupported", "no sandbox is open");
    const { incomplete_functions: functions, incomplete_main_code: program } = parsed.data;
    return await runAll(
      { answers: answersOf(visible), functions, program, options, sandbox: tools.sandbox, tools },
      tests,
    );
  },
});

function testsOf(record: Readonly<Record<string, unknown>>): DryTest[] {
  const tests: DryTest[] = [];
  for (let i = 0; i < 10; i++) {
    const [data, output] = [record[`unit_test_${i}_data`], record[`unit_test_${i}_output`]];
    if (typeof data === "string" && typeof output === "string") tests.push({ data, output });
  }
  return tests;
}

/** What may be the functions: the answer tags' text and its fences, then the fences anywhere, then all. */
function answersOf(visible: string): string[] {
  const tagged = [...visible.matchAll(/<answer>([\s\S]*?)(?:<\/answer>|$)/g)]
    .map(([, inner = ""]) => inner.trim())
    .toReversed();
  const fenced = (text: string): string[] => {
    const blocks = fences(text).map(({ content }) => content);
    return blocks.length > 0 ? [blocks.join("\n\n"), ...blocks.toReversed()] : [];
  };
  return [...tagged.flatMap((text) => [text, ...fenced(text)]), ...fenced(visible), visible];
}

interface Tally {
  passed: number;
  smooth: number;
  costUsd: number;
  readonly verdicts: JudgeVerdict[];
  chosen: string;
  detail: string;
}

async function runAll(run: Run, tests: readonly DryTest[]): Promise<ScoreResult> {
  const tally: Tally = { passed: 0, smooth: 0, costUsd: 0, verdicts: [], chosen: "", detail: "" };
  for (const test of tests) {
    // oxlint-disable-next-line no-await-in-loop -- the programs of one answer share the sandbox's memory
    const stop = await runOne(run, test, tally);
    if (stop) return { ...stop, ...judgingOf(tally) };
  }
  const share = tally.passed / tests.length;
  const parts = { "tests passed": share, "smooth runs": tally.smooth / tests.length };
  const detail = tally.detail ? { detail: tally.detail } : {};
  return graded(share === 1, tally.chosen, { parts, ...judgingOf(tally), ...detail });
}

/** What judges said and took so far: without their verdicts a score that hangs on one cannot be told from one that runs made. */
function judgingOf({ verdicts, costUsd }: Tally): Pick<ScoreResult, "verdicts" | "costUsd"> {
  return verdicts.length > 0 ? { verdicts, costUsd } : {};
}

/** Adds to the tally; a result where nothing more can be said of the answer. */
async function runOne(run: Run, { data, output }: DryTest, tally: Tally): Promise<ScoreResult | undefined> {
  const { answers, functions, program, options, sandbox, tools } = run;
  const token = secretToken();
  const task = JSON.stringify({ answers, functions, program, data, token });
  const limits = { wallMs: options.seconds * 1000, memoryMiB: options.memoryMiB, outputBytes: mostOutput };
  const reply = await sandbox.run({ program: completionHarness, files: { "task.json": task }, limits }, tools.signal);
  const verdict = sandboxVerdict(reply);
  if (verdict && Number.isNaN(verdict.score)) return verdict;
  const chosen = chosenCandidate(reply, token, answers);
  if (!verdict && chosen === undefined)
    return failedAnswer("no-answer", `no Python that defines ${functions.join(" or ")}`);
  tally.chosen = chosen ?? tally.chosen;
  if (reply.outcome !== "ok") {
    tally.detail = reply.detail;
    return undefined;
  }
  tally.smooth++;
  const printed = (reply.stdout.split(`${token}\n`)[1] ?? "").trim();
  if (printed === output.trim()) {
    tally.passed++;
    return undefined;
  }
  const judged = await askJudge(outputRubric, { question: "", truth: output, answer: printed }, tools);
  tally.costUsd += judged.costUsd ?? 0;
  tally.verdicts.push(...(judged.verdicts ?? []));
  if (Number.isNaN(judged.score)) return judged;
  tally.passed += judged.score;
  tally.detail = judged.detail ?? "";
  return undefined;
}

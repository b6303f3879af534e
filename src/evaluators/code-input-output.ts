/**
 * A program on standard input, or a function called with arguments, held to what it must give: LiveCodeBench. Every test must
 * pass; the first that does not ends the item. Programs run as programs, with a real standard input.
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import type { ScoreResult, ScoringTools } from "../core/evaluator.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import type { Sandbox, SandboxReply } from "../core/sandbox.ts";
import { codeCandidates } from "./code/candidates.ts";
import { callHarness, comparingHarness, programHarness } from "./code/harness.ts";
import { unpackedTests } from "./code/packed-tests.ts";
import type { PackedTest } from "./code/packed-tests.ts";
import { sameOutput } from "./code/same-output.ts";
import { chosenCandidate, sandboxVerdict, secretToken } from "./code/sandboxed.ts";
import { visibleText } from "./text/visible-text.ts";

const optionsSchema = z.strictObject({
  seconds: z.number().positive().default(6).describe("for each test"),
  memoryMiB: z.int().positive().default(4096),
  tolerance: z.number().min(0).default(1e-5).describe("relative, between numbers with a fraction; 0 = none"),
});

const mostOutput = 4 * 2 ** 20;
const comparingMs = 10_000;

interface Run {
  readonly candidates: readonly string[];
  readonly tests: readonly PackedTest[];
  readonly options: z.infer<typeof optionsSchema>;
  readonly sandbox: Sandbox;
  readonly signal: ScoringTools["signal"];
}

export const codeInputOutput = defineEvaluator({
  name: "code-input-output",
  version: 2,
  summary: "A Python program or function that gives the right output for every test, run in the sandbox.",
  needs: ["sandbox"],
  options: optionsSchema,

  async score({ response, record }, options, { sandbox, signal }) {
    const tests = await testsOf(record);
    if (tests === undefined) return ungraded("data-error", "the tests cannot be read");
    if (tests.length === 0) return ungraded("data-error", "the record holds no test");
    if (sandbox === undefined) return ungraded("unsupported", "no sandbox is open");
    const candidates = codeCandidates(visibleText(response), { fencedOnly: true });
    if (candidates.length === 0) return failedAnswer("no-answer", "no fenced program");
    const run = { candidates, tests, options, sandbox, signal };
    const name = functionName(record["metadata"]);
    return name === undefined ? await runPrograms(run) : await runCalls(run, name);
  },
});

/** Public and hidden tests together; undefined when either cannot be read: half of them would prove nothing. */
async function testsOf(record: Readonly<Record<string, unknown>>): Promise<PackedTest[] | undefined> {
  const shown = await unpackedTests(record["public_test_cases"]);
  const hidden = await unpackedTests(record["private_test_cases"]);
  return shown && hidden && [...shown, ...hidden];
}

function functionName(metadata: unknown): string | undefined {
  const parsed: unknown = typeof metadata === "string" && metadata !== "" ? JSON.parse(metadata) : metadata;
  const name = Object(parsed).func_name as unknown;
  return typeof name === "string" && name !== "" ? name : undefined;
}

async function runPrograms({ candidates, tests, options, sandbox, signal }: Run): Promise<ScoreResult> {
  const { seconds, memoryMiB, tolerance } = options;
  const limits = { wallMs: seconds * 1000, memoryMiB, outputBytes: mostOutput };
  const token = secretToken();
  const files = { "task.json": JSON.stringify({ candidates, token }) };
  let program = "";
  for (const [i, { input, output }] of tests.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- the first test that fails ends the item
    const reply = await sandbox.run({ program: programHarness, stdin: input, files, limits }, signal);
    const verdict = sandboxVerdict(reply);
    program = chosenCandidate(reply, token, candidates) ?? "";
    if (!verdict && program === "") return failedAnswer("no-answer", "no fenced Python");
    const isRight = reply.outcome === "ok" && sameOutput(reply.stdout, output, tolerance);
    if (verdict || !isRight) return firstFailure({ passed: i, of: tests.length, program, reply, verdict });
  }
  return graded(1, program, { parts: { tests: 1 } });
}

async function runCalls({ candidates, tests, options, sandbox, signal }: Run, name: string): Promise<ScoreResult> {
  const { seconds, memoryMiB, tolerance } = options;
  const token = secretToken();
  // Where the harness cannot wake itself, all tests share the time of a few.
  const wallMs = (seconds * Math.min(tests.length, 10) + 1) * 1000;
  const inputs = tests.map(({ input }) => input);
  const wanted = tests.map(({ output }) => output);
  const outputBytes = mostOutput + 2 * wanted.join("").length;
  const reply = await sandbox.run(
    {
      program: callHarness,
      moduleName: "solution",
      stdin: `${token}\n`,
      files: { "task.json": JSON.stringify({ candidates, name, inputs, seconds }) },
      limits: { wallMs, memoryMiB, outputBytes },
    },
    signal,
  );
  const verdict = sandboxVerdict(reply);
  if (verdict && Number.isNaN(verdict.score)) return verdict;
  const program = chosenCandidate(reply, token, candidates) ?? "";
  if (!verdict && program === "") return failedAnswer("no-answer", `no fenced Python that defines ${name}`);
  const given = reply.stdout
    .split("\n")
    .flatMap((line) => (line.startsWith(`${token} `) ? [line.slice(token.length + 1)] : []));
  const compared = await sandbox.run(
    {
      program: comparingHarness,
      files: { "task.json": JSON.stringify({ given, wanted, tolerance }) },
      limits: { wallMs: comparingMs, memoryMiB, outputBytes: mostOutput },
    },
    signal,
  );
  if (compared.outcome !== "ok") return sandboxVerdict(compared) ?? ungraded("data-error", "the tests cannot be read");
  const passed = Number(compared.stdout);
  const of = tests.length;
  if (!verdict && passed === of && reply.outcome === "ok") return graded(1, program, { parts: { tests: 1 } });
  // A wrong value comes before whatever ended the program later.
  if (passed < given.length)
    return firstFailure({ passed, of, program, reply: { ...reply, detail: "" }, verdict: undefined });
  return firstFailure({ passed, of, program, reply, verdict });
}

interface Failure {
  readonly passed: number;
  readonly of: number;
  readonly program: string;
  readonly reply: SandboxReply;
  readonly verdict: ScoreResult | undefined;
}

/** What ended the item; the fault of the sandbox stays the sandbox's. */
function firstFailure({ passed, of, program, reply, verdict }: Failure): ScoreResult {
  if (verdict && Number.isNaN(verdict.score)) return verdict;
  const detail = `test ${passed + 1} of ${of}: ${reply.detail || "wrong output"}`;
  const parts = { tests: passed / of };
  return verdict ? failedAnswer("limit", detail, program, { parts }) : graded(0, program, { detail, parts });
}

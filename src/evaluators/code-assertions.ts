/**
 * A function, held to assertions: HumanEval, MBPP. All run in one module in the sandbox; right is what lets the harness say
 * its secret word after the last assertion. Nothing of the program is left out or rewritten. What a program could do to pass
 * for right all the same: docs/decisions, "What a program can forge".
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import { codeCandidates } from "./code/candidates.ts";
import { assertionHarness } from "./code/harness.ts";
import { chosenCandidate, sandboxVerdict, secretToken } from "./code/sandboxed.ts";
import { visibleText } from "./text/visible-text.ts";

const recordSchema = z.object({
  /** the head of the function, where the response may go on from it */
  prompt: z.string().optional(),
  entry_point: z.string().optional(),
  /** HumanEval: defines check(candidate) */
  test: z.string().optional(),
  /** MBPP */
  test_list: z.array(z.string()).optional(),
  test_setup_code: z.string().nullish(),
});

type CodeRecord = z.infer<typeof recordSchema>;

export const codeAssertions = defineEvaluator({
  name: "code-assertions",
  version: 2,
  summary: "A Python function that passes every assertion, run in the sandbox.",
  needs: ["sandbox"],
  options: z.strictObject({
    seconds: z.number().positive().default(10).describe("for all assertions together"),
    memoryMiB: z.int().positive().default(1024),
  }),

  async score({ response, record }, { seconds, memoryMiB }, { sandbox, signal }) {
    const parsed = recordSchema.safeParse(record);
    const tests = parsed.success ? testsOf(parsed.data) : "";
    if (!parsed.success || tests === "") return ungraded("data-error", "the record holds no test");
    if (sandbox === undefined) return ungraded("unsupported", "no sandbox is open");
    const { prompt, entry_point: entry = "", test_setup_code: setup } = parsed.data;
    const candidates = codeCandidates(visibleText(response), { prompt });
    if (candidates.length === 0) return failedAnswer("no-answer", "the response is empty");
    const [token, word] = [secretToken(), secretToken()];
    const reply = await sandbox.run(
      {
        program: assertionHarness,
        moduleName: "solution",
        stdin: `${token}\n${word}\n`,
        files: { "task.json": JSON.stringify({ candidates, entry, setup: setup ?? "", tests }) },
        limits: { wallMs: seconds * 1000, memoryMiB, outputBytes: 2 ** 20 },
      },
      signal,
    );
    const verdict = sandboxVerdict(reply);
    if (verdict) return verdict;
    const program = chosenCandidate(reply, token, candidates);
    if (program === undefined) return failedAnswer("no-answer", "no Python that defines what is asked for");
    const hasPassed = reply.outcome === "ok" && reply.stdout.trimEnd().endsWith(`${word} passed`);
    const detail = reply.detail || "ended before the last assertion";
    return graded(hasPassed, program, hasPassed ? {} : { detail });
  },
});

function testsOf({ test, test_list: list, entry_point: entry }: CodeRecord): string {
  if (test !== undefined && entry !== undefined) return `${test}\n\ncheck(${entry})\n`;
  return (list ?? []).join("\n");
}

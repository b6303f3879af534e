import { describe, expect, test } from "vitest";
import type { Sandbox, SandboxReply } from "../core/sandbox.ts";
import { JudgeError } from "../core/errors.ts";
import type { ScoreResult } from "../core/evaluator.ts";
import type { Judge } from "../core/judge.ts";
import { codeCompletion } from "./code-completion.ts";

const record = {
  incomplete_functions: ["area"],
  incomplete_main_code: "def area(r):\n    pass\n\nprint(area(2))\n",
  unit_test_0_data: "",
  unit_test_0_output: "12",
};

/** A sandbox of scripted replies; what the harness itself does is held by the vectors, in a real one. */
function replying(reply: (token: string) => Partial<SandboxReply>): Sandbox {
  return {
    name: "scripted",
    run({ files }) {
      const { token } = JSON.parse(files?.["task.json"] ?? "{}") as { token: string };
      const plain = { outcome: "ok", stdout: `${token}\n`, stderr: `${token} 0\n`, wallMs: 1, detail: "" } as const;
      return Promise.resolve({ ...plain, ...reply(token) });
    },
    close: () => Promise.resolve(),
  };
}

const score = async (sandbox?: Sandbox, judge?: Judge, more: object = {}): Promise<ScoreResult> =>
  await codeCompletion.score(
    {
      response: "<answer>\ndef area(r):\n    return 3 * r * r\n</answer>",
      truth: null,
      record: { ...record, ...more },
    },
    codeCompletion.options.parse({}),
    { sandbox, judge },
  );

/** Says that the outputs are the same, for half a cent, as often as it is let. */
function agreeing(times: number): Judge {
  let asked = 0;
  return {
    name: "agreeing",
    seats: 1,
    ask: () =>
      ++asked <= times
        ? Promise.resolve({ text: '{"judgment": "correct"}', model: "judge-1", costUsd: 0.005, cached: false })
        : Promise.reject(new JudgeError({ problem: "the budget has no room" })),
  };
}

describe("code-completion", () => {
  test("what the data script prints does not count", async () => {
    const sandbox = replying((token) => ({ stdout: `made 5 rows\n${token}\n12\n` }));
    expect(await score(sandbox)).toMatchObject({ score: 1, parts: { "tests passed": 1, "smooth runs": 1 } });
  });

  test("other output without a judge is not graded, a crash is wrong", async () => {
    expect(await score(replying((token) => ({ stdout: `${token}\n13\n` })))).toMatchObject({ status: "unsupported" });
    const crash = replying(() => ({ outcome: "exception", detail: "ZeroDivisionError" }));
    expect(await score(crash)).toMatchObject({ status: "scored", score: 0, parts: { "smooth runs": 0 } });
  });

  test("what a judge said and took stays with the grade, also where a later test ends it", async () => {
    const other = replying((token) => ({ stdout: `${token}\n12.0\n` }));
    const judged = await score(other, agreeing(1));
    expect(judged).toMatchObject({ score: 1, costUsd: 0.005, verdicts: [{ model: "judge-1" }] });
    const second = { unit_test_1_data: "", unit_test_1_output: "11" };
    const cut = await score(other, agreeing(1), second);
    expect(cut).toMatchObject({ status: "judge-error", costUsd: 0.005, verdicts: [{ model: "judge-1" }] });
    let runs = 0;
    const broken = replying((token) => (runs++ === 0 ? { stdout: `${token}\n12.0\n` } : { outcome: "failed" }));
    const failed = await score(broken, agreeing(1), second);
    expect(failed).toMatchObject({ status: "sandbox-error", costUsd: 0.005, verdicts: [{ model: "judge-1" }] });
  });

  test("a grade without a judge says nothing of one", async () => {
    const result = await score(replying((token) => ({ stdout: `${token}\n12\n` })));
    expect(result).not.toHaveProperty("verdicts");
  });

  test("a sandbox that is absent or fails grades nothing", async () => {
    expect(await score()).toMatchObject({ status: "unsupported" });
    expect(await score(replying(() => ({ outcome: "failed", detail: "no engine" })))).toMatchObject({
      status: "sandbox-error",
    });
  });
});

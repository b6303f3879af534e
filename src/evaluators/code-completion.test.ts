import { describe, expect, test } from "vitest";
import type { Sandbox, SandboxReply } from "../core/sandbox.ts";
import type { ScoreResult } from "../core/evaluator.ts";
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

const score = async (sandbox?: Sandbox): Promise<ScoreResult> =>
  await codeCompletion.score(
    { response: "<answer>\ndef area(r):\n    return 3 * r * r\n</answer>", truth: null, record },
    codeCompletion.options.parse({}),
    { sandbox },
  );

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

  test("a sandbox that is absent or fails grades nothing", async () => {
    expect(await score()).toMatchObject({ status: "unsupported" });
    expect(await score(replying(() => ({ outcome: "failed", detail: "no engine" })))).toMatchObject({
      status: "sandbox-error",
    });
  });
});

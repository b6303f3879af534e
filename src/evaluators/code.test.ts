import { tmpdir } from "node:os";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DatasetDefinition } from "../core/dataset.ts";
import type { ScoreResult } from "../core/evaluator.ts";
import type { Sandbox } from "../core/sandbox.ts";
import { datasets } from "../datasets/registry.ts";
import { humaneval } from "../datasets/humaneval.ts";
import { livecodebench } from "../datasets/livecodebench.ts";
import { openSandbox } from "../sandbox/open-sandbox.ts";
import { readyScorer, scoreAnswer } from "../scoring/score-answer.ts";
import { codeCandidates } from "./code/candidates.ts";
import { unpackedTests } from "./code/packed-tests.ts";
import { sameOutput } from "./code/same-output.ts";
import { fences } from "./text/fences.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox({ cacheFolder: process.env["SIGNALBOX_CACHE"] ?? tmpdir() });
}, 180_000);
afterAll(() => sandbox.close());

const python = (code: string): string => `\`\`\`python\n${code}\n\`\`\``;

async function scored(
  dataset: DatasetDefinition,
  response: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<ScoreResult> {
  const { truth, record } = dataset.toItem(dataset.example, 1);
  return await scoreAnswer(dataset, { response, truth, record: { ...record, ...more } }, { sandbox });
}

describe("sets whose answers are programs", () => {
  const sets = datasets.filter((dataset) => {
    const item = dataset.toItem(dataset.example, 1);
    return readyScorer(dataset, { response: "", ...item }).evaluator.needs.includes("sandbox");
  });

  test.each(sets.map((dataset) => [dataset.id, dataset] as const))("%s: its own solution scores 1", async (_, set) => {
    expect(await scored(set, set.selfCheck(set.example))).toMatchObject({ status: "scored", score: 1 });
  });

  test.each(sets.map((dataset) => [dataset.id, dataset] as const))("%s: no text is no answer", async (_, set) => {
    for (const response of ["", " \n", "<think>def f(): pass"])
      expect(await scored(set, response)).toMatchObject({ status: "no-answer", score: 0 });
  });

  test("without a sandbox nothing is graded", async () => {
    const { truth, record } = humaneval.toItem(humaneval.example, 1);
    const result = await scoreAnswer(humaneval, { response: "x", truth, record });
    expect(result).toMatchObject({ status: "unsupported", score: NaN });
  });
});

describe("a function held to assertions", () => {
  const right = "def double(x):\n    return 2 * x";

  test.each([
    ["in prose", `Here you are:\n\n${python(right)}\n\nIt takes one number.`],
    ["behind a first try", `${python("def double(x):\n    return x")}\nNo, better:\n${python(right)}`],
    ["before a use of it", `${python(right)}\nFor example:\n${python("print(double(4))")}`],
    ["in a block that is not closed", `\`\`\`py\n${right}`],
    ["as a lambda", python("double = lambda x: x + x")],
    ["as the body alone", "    return 2 * x"],
    ["as a fenced body that lost its indentation", python("return 2 * x")],
    ["in an indented block", "1. So:\n   ```python\n   def double(x):\n       return 2 * x\n   ```"],
    ["with a main part that must not run", python(`${right}\nif __name__ == "__main__":\n    raise SystemExit(1)`)],
    ["with what it prints", python(`print("loading")\n${right}`)],
    [
      "without the imports it takes for granted",
      python("def double(x: List[int]):\n    return int(math.fsum([x, x]))"),
    ],
    ["behind a closed reasoning block", `<think>\n${python("def double(x): return 0")}\n</think>\n${python(right)}`],
  ])("is right %s", async (_, response) => {
    expect(await scored(humaneval, response)).toMatchObject({ status: "scored", score: 1 });
  });

  test.each([
    ["one that is wrong", python("def double(x):\n    return x")],
    ["one of another name", python("def twice(x):\n    return 2 * x")],
    ["one that leaves before the assertions", python(`${right}\nimport os\nos._exit(0)`)],
    ["one that ends the program when called", python("def double(x):\n    raise SystemExit(0)")],
    ["one that says that it has passed", python("def double(x):\n    print('passed')\n    raise SystemExit(0)")],
    [
      "one that says the word of its caller",
      python(
        "import os, sys\nprint('\\n' + sys._getframe(1).f_locals['token'] + ' passed', flush=True)\nos._exit(0)\ndef double(x): pass",
      ),
    ],
    [
      "one that looks for the word in every frame and global",
      python(
        [
          "import os, sys",
          "frame = sys._getframe()",
          "while frame:",
          "    for value in [*frame.f_locals.values(), *frame.f_globals.values(), *frame.f_code.co_consts]:",
          "        if isinstance(value, str) and value.startswith('done-'):",
          "            os.write(1, ('\\n%s passed\\n' % value).encode())",
          "        if type(value) is map: list(value)",
          "    frame = frame.f_back",
          "def double(x): raise SystemExit(0)",
        ].join("\n"),
      ),
    ],
    ["one that takes assertions for its own", python(`${right.replace("2 * x", "x")}\ndef check(f): pass`)],
  ])("is wrong: %s", async (_, response) => {
    expect((await scored(humaneval, response)).score).toBe(0);
  });

  test.each([
    ["pow of three", "x + x if pow(2, 5, 7) == 4 else 0"],
    ["pow of an inverse", "x + x if pow(3, -1, 7) == 5 else 0"],
    [
      "a module and a function of one name",
      "x + x if bisect.bisect_left([1, 2], 2) == bisect_left([1, 2], 2) == 1 else 0",
    ],
    ["counting, with a class", "x + x if type(Counter('aa')) is Counter and Counter('aa')['a'] == 2 else 0"],
    ["modules by name", "x + x if math.gcd(4, 6) == gcd(4, 6) and heapq.nlargest(1, [x]) == nlargest(1, [x]) else 0"],
  ])("may use what the sets import beforehand: %s", async (_, expression) => {
    const response = python(`def double(x):\n    return ${expression}`);
    expect(await scored(humaneval, response)).toMatchObject({ status: "scored", score: 1 });
  });

  test("that needs a package the sandbox has not is not graded", async () => {
    const response = python("import torch\ndef double(x):\n    return torch.tensor(x) * 2");
    expect(await scored(humaneval, response)).toMatchObject({ status: "unsupported", score: NaN });
  });

  test("that never ends, or asks for all memory, meets the limit", async () => {
    expect(await scored(humaneval, python("def double(x):\n    return [0] * 10**11"))).toMatchObject({
      status: "limit",
    });
  });

  test("of a row without tests is a fault of the data", async () => {
    const result = await scored(humaneval, python(right), { test: undefined });
    expect(result).toMatchObject({ status: "data-error", score: NaN });
  });
});

describe("a program on standard input", () => {
  test("is held to every test, and says which it failed", async () => {
    const result = await scored(
      livecodebench,
      python("a, b = map(int, input().split())\nprint(abs(a + b) * (a < 5) or 6.0)"),
      {
        private_test_cases: [
          { input: "10 -4\n", output: "6\n" },
          { input: "10 1\n", output: "11\n" },
        ],
      },
    );
    expect(result).toMatchObject({ score: 0, detail: "test 3 of 3: wrong output", parts: { tests: 2 / 3 } });
  });

  test("is the last block that does something, not the sample output behind it", async () => {
    const program = python("a, b = map(int, input().split())\nprint(a + b)");
    expect(await scored(livecodebench, `${program}\nOutput:\n\`\`\`\n3\n\`\`\``)).toMatchObject({ score: 1 });
  });

  test("with hidden tests that cannot be read is not graded on the shown ones", async () => {
    const result = await scored(livecodebench, python("print(3)"), { private_test_cases: "no tests" });
    expect(result).toMatchObject({ status: "data-error", score: NaN });
  });

  test("may be a method, called once a test; true is not 1", async () => {
    const call = { metadata: { func_name: "even" }, private_test_cases: [] };
    const cases = [{ input: "4", output: "true", testtype: "functional" }];
    const even = (value: string): string => python(`class Solution:\n    def even(self, n):\n        return ${value}`);
    expect(await scored(livecodebench, even("n % 2 == 0"), { ...call, public_test_cases: cases })).toMatchObject({
      score: 1,
    });
    expect(await scored(livecodebench, even("1 - n % 2"), { ...call, public_test_cases: cases })).toMatchObject({
      score: 0,
    });
  });
});

describe("a function that is called", () => {
  const called = async (body: string): Promise<ScoreResult> =>
    await scored(livecodebench, python(`import sys\nclass Solution:\n    def f(self, n):\n        ${body}`), {
      metadata: { func_name: "f" },
      private_test_cases: [],
      public_test_cases: [
        { input: "1", output: "[1, 36893488147419103233]", testtype: "functional" },
        { input: "2", output: "[2, 36893488147419103234]", testtype: "functional" },
      ],
    });

  test("gives values that are compared outside, digit by digit", async () => {
    expect(await called("return (n, 2**65 + n)")).toMatchObject({ score: 1 });
    expect(await called("return [n, 2**65 + 1]")).toMatchObject({
      score: 0,
      detail: "test 2 of 2: wrong output",
      parts: { tests: 0.5 },
    });
    expect(await called("return {n, 2**65 + n}")).toMatchObject({ score: 0, detail: "test 1 of 2: wrong output" });
  });

  test.each([
    ["the tests", "return json.loads(_task['tests'][n - 1]['output'])"],
    ["its caller", "return json.loads(sys._getframe(1).f_locals['test']['output'])"],
    ["a value that equals all", "return type('Any', (), {'__eq__': lambda self, other: True})()"],
    ["the word", "print('\\n' + sys._getframe(1).f_locals['token'] + ' [3]\\n' * 2); return 0"],
  ])("gains nothing by %s", async (_, body) => {
    expect((await called(body)).score).toBe(0);
  });
});

describe("output", () => {
  test.each([
    ["3", "3\n", true],
    ["3.0  \n", "3", true],
    ["1 2\n3", "1  2\n3\n\n", true],
    ["0.333333", "0.33333333", true],
    ["0.34", "0.33333333", false],
    ["10000000000000000001", "10000000000000000000", false],
    ["YES", "Yes", false],
    ["1\n2", "1 2", false],
    ["", "0", false],
    ["nan", "nan", true],
  ])("%j for %j: %s", (given, wanted, same) => {
    expect(sameOutput(given, wanted, 1e-5)).toBe(same);
  });
});

describe("packed tests", () => {
  const tests = [{ input: "1\n", output: "2\n", testtype: "stdin" }];
  const json = Buffer.from(JSON.stringify(tests));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const pack = (pickle: Buffer): string => deflateSync(pickle).toString("base64");
  const pickled = Buffer.concat([Buffer.from([0x80, 2, 0x58]), length, json, Buffer.from([0x71, 0, 0x2e])]);

  test("are read as JSON, as a value, and out of a pickled string", async () => {
    for (const packed of [tests, JSON.stringify(tests), pack(pickled)])
      expect(await unpackedTests(packed)).toEqual(tests);
    expect(await unpackedTests("")).toEqual([]);
  });

  test.each([
    ["a pickle that calls a function", pack(Buffer.from("cos\nsystem\n(S'true'\ntR."))],
    ["two strings", pack(Buffer.concat([pickled.subarray(0, -1), pickled.subarray(2)]))],
    [
      "a string longer than the data",
      pack(Buffer.concat([pickled.subarray(0, 3), Buffer.from([255, 255, 0, 0]), json])),
    ],
    ["a cut pickle", pack(pickled.subarray(0, -1))],
    ["what is not zlib", Buffer.from("nothing packed").toString("base64")],
    ["JSON of another kind", '[{"in": 1}]'],
    ["a number", 7],
  ])("are refused: %s", async (_, packed) => {
    expect(await unpackedTests(packed)).toBeUndefined();
  });
});

describe("candidates", () => {
  test("come from the last block to the first, then joined, then bare", () => {
    const text = "a\n```python\nx = 1\n```\n```js\nlet y;\n```\n```\nz = 2\n```";
    expect(codeCandidates(text)).toEqual(["z = 2", "x = 1", "x = 1\n\nz = 2", text]);
    expect(codeCandidates(text, { fencedOnly: true })).toHaveLength(3);
  });

  test("a longer fence holds shorter ones", () => {
    expect(fences("````md\n```python\nx\n```\n````")).toEqual([{ tag: "md", content: "```python\nx\n```" }]);
  });
});

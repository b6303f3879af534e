import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Sandbox, SandboxReply, SandboxRequest } from "../core/sandbox.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { findBwrapTools } from "./bwrap/bwrap-command.ts";
import { openSandbox } from "./open-sandbox.ts";

const limits = { wallMs: 20_000, memoryMiB: 256, outputBytes: 4000 };
// Not there yet: the sandbox makes it.
const scratch = mkdtempSync(join(tmpdir(), "signalbox-"));
const cacheFolder = join(scratch, "cache");
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const engines = [{ engine: "pyodide" as const }, { engine: "bwrap" as const }];

describe.each(engines)("the sandbox $engine", ({ engine }) => {
  const isAbsent = engine === "bwrap" && findBwrapTools() === undefined;
  let sandbox: Sandbox;

  beforeAll(async () => {
    if (isAbsent) return;
    sandbox = await openSandbox({ engine, processes: 2, cacheFolder });
  }, 180_000);
  afterAll(() => sandbox?.close());

  const run = (program: string, more: Partial<SandboxRequest> = {}): Promise<SandboxReply> =>
    sandbox.run({ program, limits, ...more });
  const saidBy = async (program: string, more: Partial<SandboxRequest> = {}): Promise<string> =>
    (await run(program, more)).stdout.trim();

  describe.skipIf(isAbsent)("runs Python", () => {
    test("with standard input, however it is read", async () => {
      const program = [
        "import sys, os",
        "print(input())",
        "print(next(sys.stdin).strip())",
        "print(sys.stdin.readline().strip())",
        "print(sys.stdin.read().split())",
        "try:",
        "    input()",
        "except EOFError:",
        "    print('end')",
      ].join("\n");
      const lines = (await saidBy(program, { stdin: "a\nb\nc\nd\ne é\nf\n" })).split("\n");
      expect(lines).toEqual(["a", "b", "c", "['d', 'e', 'é', 'f']", "end"]);
      const bytes = "import sys, os\nprint(sys.stdin.buffer.readline(), os.read(0, 3))";
      expect(await saidBy(bytes, { stdin: "a\nb\n" })).toMatch(/^b'a\\n' b'/);
      expect(await saidBy("print(open(0).read())", { stdin: "x y" })).toBe("x y");
    });

    test("under the module's name, which may be imported and hold data classes", async () => {
      const program =
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int = 1\nimport solution\nprint(__name__, A(), solution.A is A)";
      expect(await saidBy(program, { moduleName: "solution" })).toBe("solution A(x=1) True");
      expect(await saidBy("print(__name__)")).toBe("__main__");
    });

    test("with files beside it", async () => {
      const files = { "data.txt": "seven", "beside.py": "value = 7" };
      expect(await saidBy("import beside\nprint(open('data.txt').read(), beside.value)", { files })).toBe("seven 7");
    });

    test.each([
      ["print(1)", "ok"],
      ["import sys\nsys.exit(0)", "ok"],
      ["import sys\nsys.exit(3)", "exception"],
      ["raise ValueError('no')", "exception"],
      ["print(", "exception"],
      ["import nowhere_to_be_found", "exception"],
      ["import torch", "unsupported"],
    ])("and tells how it ended: %j", async (program, outcome) => {
      expect((await run(program)).outcome).toBe(outcome);
    });

    test("deep recursion, through C as well", async () => {
      const program = [
        "import sys, functools",
        "sys.setrecursionlimit(10**6)",
        "@functools.lru_cache(None)",
        "def count(n): return 0 if n == 0 else 1 + count(n - 1)",
        "print(count(5000))",
      ].join("\n");
      expect(await saidBy(program)).toBe("5000");
    });

    test("side by side, each with its own answer", async () => {
      const replies = await Promise.all([1, 2, 3, 4, 5].map((n) => saidBy(`print(${n} * 11)`)));
      expect(replies).toEqual(["11", "22", "33", "44", "55"]);
    });
  });

  describe.skipIf(isAbsent)("contains", () => {
    test("an endless loop, a bare except or not", async () => {
      const short = { limits: { ...limits, wallMs: 1000 } };
      const program = "while True:\n    try:\n        while True: pass\n    except: pass";
      expect(await run(program, short)).toMatchObject({ outcome: "timeout", detail: expect.stringContaining("s") });
    });

    test("a memory bomb", async () => {
      expect(await run("x = [bytearray(10**7) for _ in range(100)]")).toMatchObject({ outcome: "memory" });
      expect(await run("x = 'x' * 10**9")).toMatchObject({ outcome: "memory" });
    });

    test("memory that files in memory take, too", async () => {
      const program = [
        "import os",
        "folder = '/dev/shm' if os.path.isdir('/dev/shm') else '.'",
        "try:",
        "    for n in range(1000):",
        "        with open(f'{folder}/{n}', 'wb') as file: file.write(bytes(10**6))",
        "except (OSError, MemoryError):",
        "    print('refused after', n)",
      ].join("\n");
      const { outcome, stdout } = await run(program);
      if (outcome === "ok") expect(Number(stdout.split(" ").at(-1))).toBeLessThan(256);
      else expect(outcome).toBe("memory");
    });

    test("a hundred megabytes of output", async () => {
      const reply = await run("for _ in range(100): print('x' * 10**6)");
      expect(reply).toMatchObject({ outcome: "output", detail: "more than 4000 bytes of output" });
      expect(reply.stdout.length).toBeLessThanOrEqual(4000);
    });

    test("a fork bomb", async () => {
      const program = [
        "import os, time",
        "try:",
        "    for n in range(1000):",
        "        if os.fork() == 0:",
        "            time.sleep(60)",
        "except (OSError, AttributeError):",
        "    print('refused after', n, flush=True)",
        "    os._exit(0)",
      ].join("\n");
      const said = await saidBy(program);
      expect(said).toMatch(/^refused after \d+$/);
      expect(Number(said.split(" ").at(-1))).toBeLessThan(100);
    });

    test("what it leaves behind: the next program meets a Python of its own", async () => {
      await run("import builtins, json\nbuiltins.len = None\njson.dumps = None\nopen('left.txt', 'w').write('x')");
      const program = "import json, os\nprint(json.dumps([1]), len('ab'), os.path.exists('left.txt'))";
      expect(await saidBy(program)).toBe("[1] 2 False");
    });
  });

  describe.skipIf(isAbsent)("keeps from it", () => {
    test("the host's files", async () => {
      const tries = ["/etc/passwd", "/etc/shadow", process.execPath, import.meta.filename, "/proc/1/environ"];
      for (const path of engine === "bwrap" ? tries.toSpliced(2, 1) : tries) {
        const said = await saidBy(
          `try:\n    print(open(${JSON.stringify(path)}).read(1))\nexcept OSError: print('no')`,
        );
        // In bubblewrap /proc/1 is the box's own first process; it has no environment.
        expect([path, said]).toEqual([path, path.startsWith("/proc") && said === "" ? "" : "no"]);
      }
    });

    test("writing outside its work folder", async () => {
      const folder = await temporaryFolder();
      for (const path of [`${folder}/x`, "/usr/x", "/etc/x"]) {
        const said = await saidBy(`open(${JSON.stringify(path)}, 'w').write('x')\nprint('written')`);
        expect([path, said]).toEqual([path, ""]);
      }
    });

    test("the network", async () => {
      let knocks = 0;
      const server = createServer((socket) => {
        knocks++;
        socket.destroy();
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      onTestFinished(() => void server.close());
      const { port } = server.address() as AddressInfo;
      const program = [
        "try:",
        "    import socket",
        `    socket.create_connection(("127.0.0.1", ${port}), 2)`,
        "    print('connected')",
        "except (OSError, ImportError) as error: print('no', type(error).__name__)",
      ].join("\n");
      expect(await saidBy(program)).toMatch(/^no /);
      expect(knocks).toBe(0);
    });

    test("our environment and processes", async () => {
      const said = await saidBy("import os\nprint(sorted(os.environ))");
      expect(said).not.toMatch(/SIGNALBOX|NODE|KEY|USER_/);
      expect(
        await saidBy(
          `import os\ntry:\n    os.kill(${process.pid}, 0)\n    print('alive')\nexcept OSError: print('no')`,
        ),
      ).toBe("no");
    });
  });
});

describe("the sandbox pyodide shuts the ways from Python to JavaScript", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await openSandbox({ engine: "pyodide", processes: 1, cacheFolder });
  }, 180_000);
  afterAll(() => sandbox?.close());

  const escape = async (lines: readonly string[]): Promise<string> => {
    const program = ["import gc", ...lines].join("\n");
    return (await sandbox.run({ program, limits: { ...limits, outputBytes: 100_000 } })).stdout;
  };
  /** Finds Pyodide's own converter, which the garbage collector knows though no module names it any more. */
  const withArray = (lines: readonly string[]): string[] => [
    "for found in gc.get_objects():",
    "    if getattr(found, '__name__', '') == 'to_js' and type(found).__name__.startswith('builtin'):",
    "        array = found([1])",
    ...lines.map((line) => `        ${line}`),
  ];

  test("the js module", async () => {
    const modules = ["js", "pyodide_js", "pyodide_js._api"];
    const said = await escape(
      modules.flatMap((name) => [
        `try:\n    import sys; sys.modules.pop(${JSON.stringify(name)}, None)`,
        `    __import__(${JSON.stringify(name)}); print("in")`,
        "except ImportError: print('no')",
      ]),
    );
    expect(said.split("\n").filter((line) => line === "in")).toEqual([]);
  });

  test("the chain of constructors: code is not made from strings", async () => {
    const said = await escape(
      withArray([
        "try: print('pid', array.constructor.constructor('return process.pid')())",
        "except BaseException as error: print(error)",
      ]),
    );
    expect(said).toContain("Code generation from strings disallowed");
    expect(said).not.toContain("pid");
  });

  test("changed built-ins, by which a later program's answer could be forged", async () => {
    const said = await escape(
      withArray([
        "for target, name in ((array.constructor.prototype, 'push'), (array.constructor.constructor.prototype, 'call')):",
        "    try: setattr(target, name, 5); print('changed', name)",
        "    except BaseException as error: print(error)",
      ]),
    );
    expect(said).toContain("read only");
    expect(said).not.toContain("changed");
  });

  test("changed functions of built-ins: the next program meets a process of its own", async () => {
    const said = await escape(withArray(["array.constructor.isArray = None", "print('changed')"]));
    expect(said).toContain("changed");
    const { outcome, stdout } = await sandbox.run({
      program: "print(open('task.json').read())",
      files: { "task.json": "true content" },
      limits,
    });
    expect([outcome, stdout]).toEqual(["ok", "true content\n"]);
  });

  test("mounting the host's folders", async () => {
    const said = await escape([
      "for found in gc.get_objects():",
      "    for name in ('mountNodeFS', 'FS', 'fs', 'process', 'require'):",
      "        try: reached = getattr(found, name, None)",
      "        except BaseException: continue",
      "        if reached is not None and 'Js' in type(reached).__name__: print('reached', name)",
    ]);
    expect(said).not.toContain("reached process");
    expect(said).not.toContain("reached require");
    expect(said).not.toContain("reached mountNodeFS");
  });
});

/**
 * The sandboxes: programs of the size of HumanEval's, a fresh Python each, on all cores after a warm-up. The target is
 * five a second; plain CPython, one process a program, is timed in the same run for comparison.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const lanes = Math.max(1, availableParallelism());
const limits = { wallMs: 20_000, memoryMiB: 512, outputBytes: 10_000 };
const python = ["/usr/bin/python3", "/usr/local/bin/python3"].find((path) => existsSync(path));

const program = `
from typing import List

def below_zero(operations: List[int]) -> bool:
    balance = 0
    for operation in operations:
        balance += operation
        if balance < 0:
            return True
    return False

def check(candidate):
    assert candidate([]) == False
    assert candidate([1, 2, -3, 1, 2, -3]) == False
    assert candidate([1, 2, -4, 5, 6]) == True
    assert candidate([1, -1, 2, -2, 5, -5, 4, -4] * 1000) == False

check(below_zero)
print("token")
`;

export async function bench() {
  const { openSandbox } = await import("../dist/sandbox/open-sandbox.js");
  const cacheFolder = mkdtempSync(join(tmpdir(), "signalbox-bench-"));
  const plain = python && (await perSecond(() => promisify(execFile)(python, ["-c", program]), 60));
  const rows = [];
  for (const engine of ["pyodide", "bwrap"]) {
    const name = `programs a second, ${engine}`;
    let sandbox;
    try {
      sandbox = await openSandbox({ engine, cacheFolder });
    } catch (error) {
      rows.push({ name, skipped: error.message });
      continue;
    }
    const run = () => sandbox.run({ program, limits });
    await Promise.all(Array.from({ length: lanes }, run));
    const value = await perSecond(run, engine === "bwrap" ? 60 : 24);
    await sandbox.close();
    rows.push({ name, value, yardstick: 5, ratio: 5 / value, target: 1, unit: "1/s" });
    if (plain) console.log(`     ${engine}: ${(value / plain).toFixed(2)} × plain CPython (${plain.toFixed(1)} 1/s)`);
  }
  rmSync(cacheFolder, { recursive: true });
  return rows;
}

async function perSecond(run, count) {
  const start = performance.now();
  let next = 0;
  const lane = async () => {
    while (next++ < count) {
      const { stdout } = await run();
      if (stdout.trim() !== "token") throw new Error(`the program said ${JSON.stringify(stdout)}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return count / ((performance.now() - start) / 1000);
}

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startSimulator } from "../src/simulate/chat-server.ts";
import { simulationSchema } from "../src/simulate/script.ts";
import { signalbox } from "./support/command-line.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

test("simulate prints its address, says that its answers are simulated, and ends on Ctrl-C", async () => {
  const { code, stdout, stderr } = await signalbox(["simulate", "--port", "0"], { interruptWhen: /SIMULATED/ });
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1\n$/);
  expect(stderr).toContain("0 requests, 0 answered");
  expect(code).toBe(0);
});

test("simulate refuses a port that is taken and a script with a typo, naming what is wrong", async () => {
  const simulator = await startSimulator(simulationSchema.parse({ promptsPerDomain: 1 }));
  const script = join(await temporaryFolder(), "faults.yaml");
  await writeFile(script, "faults:\n  - { kind: cut, shere: 0.1 }\n");
  try {
    const taken = await signalbox(["simulate", "--port", new URL(simulator.baseUrl).port]);
    expect([taken.code, taken.stdout]).toEqual([2, ""]);
    expect(taken.stderr).toMatch(/port \d+: the port is taken/);
    const typo = await signalbox(["simulate", "--port", "0", "--script", script]);
    expect(typo.code).toBe(2);
    expect(typo.stderr).toMatch(/faults\.yaml:2:\d+.*unknown key "shere".*"share"/s);
  } finally {
    await simulator.close();
  }
});

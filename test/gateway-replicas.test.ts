/** Two gateways on one store, and one of them killed while money is held back for its calls: the budget holds, and what was held comes back. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { noRedis, redisServer } from "./support/redis-server.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const modulePath = fileURLToPath(new URL("../dist/gateway-state/open-state.js", import.meta.url));
const holdMs = 600;

/** Reserves as often as it can, says how often, and then stays, as a gateway with calls under way does. */
const holder = `
const { openState } = await import(process.argv[1]);
const { state } = await openState(process.argv[2], { holdMs: ${holdMs} });
const key = { id: "key_a", limits: {}, caps: { total: 1 } };
const asked = await Promise.all(Array.from({ length: 50 }, () => state.budgets.reserve({ key, model: "m" }, 0.1)));
console.log(asked.filter(({ ok }) => ok).length);
setInterval(() => undefined, 1000);
`;

interface Replica {
  readonly child: ChildProcess;
  /** how many of its fifty calls were let through */
  readonly passed: number;
}

async function replica(place: string): Promise<Replica> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", holder, modulePath, place], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  return { child, passed: Number(said.toString()) };
}

describe.each([
  ["a folder", undefined],
  ["Redis", noRedis],
])("in %s", (kind, absent) => {
  test.skipIf(absent !== undefined)(
    "two replicas share one budget for ten; what a killed one held comes back",
    { timeout: 60_000 },
    async () => {
      const place = kind === "Redis" ? (await redisServer()).url : join(await temporaryFolder(), "state");
      const both = await Promise.all([replica(place), replica(place)]);
      expect(both[0].passed + both[1].passed).toBe(10);
      // Longer than a hold lasts: whoever lives renews.
      await sleep(2 * holdMs);
      expect((await replica(place)).passed).toBe(0);
      for (const { child } of both) {
        child.kill("SIGKILL");
        // oxlint-disable-next-line no-await-in-loop -- dead before time is taken
        await once(child, "exit");
      }
      await sleep(holdMs + 100);
      expect((await replica(place)).passed).toBe(10);
    },
  );
});

/** Two gateways as two processes, one budget, and one of them killed with calls under way: nobody spends more than there is. */
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { signalbox } from "./support/command-line.ts";
import { noRedis, redisServer } from "./support/redis-server.ts";
import { json, scriptedServer } from "./support/scripted-server.ts";
import { fittedFolder, startServe, writeConfig } from "./support/serving-folder.ts";
import type { ServeProcess } from "./support/serving-folder.ts";

const prices = `prices:
  GPT-5: { inputPerMillionUsd: 1, outputPerMillionUsd: 1000, source: test, asOf: 2026-11-28 }
`;
/** 10 input and 10 output tokens at those prices */
const callUsd = 0.01001;
const chat = { model: "GPT-5", max_tokens: 10, messages: [{ role: "user", content: "x" }] };
const usage = { prompt_tokens: 10, completion_tokens: 10 };
const choices = [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }];

interface HoldingUpstream {
  readonly url: string;
  /** calls that reached it */
  readonly asked: () => number;
  /** Answers all that wait, and from then on whoever comes. */
  readonly release: () => void;
}

async function holdingUpstream(): Promise<HoldingUpstream> {
  const waiting: ServerResponse[] = [];
  let isOpen = false;
  const answer = (response: ServerResponse): void => json(response, { choices, usage });
  const server = await scriptedServer((_, response) => void (isOpen ? answer(response) : waiting.push(response)));
  onTestFinished(() => server.close());
  const release = (): void => {
    isOpen = true;
    for (const response of waiting.splice(0)) if (!response.destroyed) answer(response);
  };
  return { url: `${server.url}/v1`, asked: () => server.requests.length, release };
}

/** The status; 0 where the line broke. */
async function statusOf(replica: ServeProcess, secret: string): Promise<number> {
  const response = await replica
    .post("/v1/chat/completions", chat, { authorization: `Bearer ${secret}` })
    .catch(() => undefined);
  await response?.text();
  return response?.status ?? 0;
}

describe.each([
  ["a folder", undefined],
  ["Redis", noRedis],
])("on %s", (kind, absent) => {
  test.skipIf(absent !== undefined)(
    "100 calls at once at two replicas on a budget for 10, and one of the two killed",
    { timeout: 300_000 },
    async () => {
      const folder = await fittedFolder("cheapest");
      const state = kind === "Redis" ? (await redisServer()).url : join(folder, "state");
      const upstream = await holdingUpstream();
      await writeConfig(
        folder,
        upstream.url,
        `${prices}gateway: { keys: required, state: "${state}", spendLog: "off" }\n`,
      );
      const replicas = [
        await startServe(folder, "--router", "cheapest"),
        await startServe(folder, "--router", "cheapest"),
      ];
      const made = await signalbox(["keys", "create", "team", "--total", String(10 * callUsd * 1.01)], { cwd: folder });
      const secret = made.stdout.trim();
      let refused = 0;
      const asking = Array.from({ length: 100 }, async (_, i) => {
        const status = await statusOf(replicas[i % 2]!, secret);
        if (status === 429) refused++;
        return status;
      });
      await expect.poll(() => refused + upstream.asked(), { timeout: 60_000 }).toBe(100);
      const passed = upstream.asked();
      expect(passed).toBeGreaterThanOrEqual(1);
      expect(passed).toBeLessThanOrEqual(10);
      replicas[1]!.child.kill("SIGKILL");
      await replicas[1]!.ended;
      upstream.release();
      const statuses = await Promise.all(asking);
      const answered = statuses.filter((status) => status === 200).length;
      const lost = statuses.filter((status) => status === 0).length;
      expect(answered + lost).toBe(passed);
      // The other one goes on with what is left. What the dead one held comes back after a while; what was answered does not.
      const later = await Promise.all(Array.from({ length: 20 }, () => statusOf(replicas[0]!, secret)));
      const more = later.filter((status) => status === 200).length;
      expect(later.every((status) => status === 200 || status === 429)).toBe(true);
      expect(answered + more).toBeLessThanOrEqual(10);
    },
  );
});

/** Shadows, splits and drift as clients and operators of a gateway meet them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { chainDecider, testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import { servingFit, servingTable, textOf } from "../../test/support/serving-fits.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { DriftChange } from "../serving/drift-alarms.ts";
import { openServing, servingSchema } from "../serving/serving-settings.ts";
import { openLineLog } from "../store/line-log.ts";
import { callLog } from "./call-log.ts";

const table = servingTable();
const routers = { near: await servingFit("knn", table), thrifty: await servingFit("cheapest", table) };

interface Served extends TestGateway {
  readonly told: readonly DriftChange[];
  /** how often a model was asked */
  readonly upstreamCalls: () => number;
  readonly metrics: () => Promise<string>;
  /** Ends it; gives the lines of its log. */
  readonly lines: () => Promise<Record<string, unknown>[]>;
}

async function served(live: object): Promise<Served> {
  const server = await scriptedServer((_, response) =>
    json(response, {
      choices: [{ message: { role: "assistant", content: "y" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 100, completion_tokens: 1 },
    }),
  );
  onTestFinished(() => server.close());
  const path = join(await temporaryFolder(), "calls.jsonl");
  const log = callLog(await openLineLog(path), { content: false });
  const told: DriftChange[] = [];
  const models = ["cheap", "middle", "strong"].map((name) => ({ name, urls: [`${server.url}/v1`] }));
  const decider = await openServing(routers, servingSchema.parse(live));
  const more = { log, onDrift: (change: DriftChange) => told.push(change) };
  const gateway = await testGateway(models, { decider, settings: live, more });
  return {
    ...gateway,
    told,
    upstreamCalls: () => server.requests.length,
    metrics: async () => await (await fetch(`${gateway.url}/metrics`)).text(),
    async lines() {
      await gateway.close();
      await log.close();
      const text = (await readFile(path, "utf8")).trim();
      return text.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

function ask({ post }: Pick<Served, "post">, content: string, headers: Record<string, string> = {}): Promise<Response> {
  const body = { model: "auto", messages: [{ role: "user", content }] };
  return post("/v1/chat/completions", body, { headers });
}

function counted(metrics: string, name: string): number {
  const line = metrics.split("\n").find((one) => one.startsWith(`${name} `));
  return Number(line?.split(" ")[1] ?? 0);
}

test("a session meets the same arm again; arms stand in headers, metrics and the log with their chance", async () => {
  const gateway = await served({ split: { arms: { near: 3, thrifty: 1 } } });
  const arms: (string | null)[] = [];
  for (let i = 0; i < 40; i++) {
    const headers = { "x-signalbox-session": `s${i % 20}` };
    // oxlint-disable-next-line no-await-in-loop
    const response = await ask(gateway, textOf("maths", i), headers);
    arms.push(response.headers.get("x-signalbox-arm"));
    expect(response.headers.get("x-signalbox-router")).toBe(arms[i]);
  }
  expect(arms.slice(20)).toEqual(arms.slice(0, 20));
  const near = arms.filter((arm) => arm === "near").length;
  expect([near > 20, near < 40]).toEqual([true, true]);

  const named = { model: "router-thrifty", messages: [{ role: "user", content: "x" }] };
  expect((await gateway.post("/v1/chat/completions", named)).headers.get("x-signalbox-arm")).toBeNull();
  const metrics = await gateway.metrics();
  expect(counted(metrics, 'signalbox_arm_calls_total{arm="near",outcome="answered"}')).toBe(near);
  expect(counted(metrics, 'signalbox_arm_calls_total{arm="thrifty",outcome="answered"}')).toBe(40 - near);
  expect(counted(metrics, 'signalbox_arm_cost_usd_total{arm="near"}')).toBeCloseTo(near * 0.0011, 9);
  expect(gateway.records.map(({ arm }) => arm)).toEqual([...arms, ""]);
  const chances = (await gateway.lines()).map(({ arm }) => arm);
  expect(chances).toEqual([...arms.map((name) => ({ name, propensity: name === "near" ? 0.75 : 0.25 })), null]);
});

test("a shadow decides in the dark: nobody is asked for it, and what it would have chosen is counted and logged", async () => {
  const gateway = await served({ defaultRouter: "near", shadow: "thrifty" });
  for (let i = 0; i < 10; i++) {
    // oxlint-disable-next-line no-await-in-loop
    const { headers } = await ask(gateway, textOf(i % 2 === 0 ? "maths" : "letters", i));
    expect(headers.get("x-signalbox-router")).toBe("near");
  }
  expect(gateway.upstreamCalls()).toBe(10);
  const same = gateway.records.filter(({ model }) => model === "cheap").length;
  const shadow = 'signalbox_shadow_decisions_total{router="near",shadow="thrifty"';
  await expect
    .poll(async () => {
      const metrics = await gateway.metrics();
      return [counted(metrics, `${shadow},choice="same"}`), counted(metrics, `${shadow},choice="other"}`)];
    })
    .toEqual([same, 10 - same]);
  expect((await gateway.lines()).map((line) => line["shadow"])).toEqual(
    Array.from({ length: 10 }, () => ({ router: "thrifty", model: "cheap" })),
  );
});

test("a shadow that cannot decide is counted, and harms no call", async () => {
  const shadow = Promise.resolve({ router: "other", model: undefined, problem: "no vector" });
  const gateway = await testGateway([{ name: "a", urls: ["http://127.0.0.1:1/v1"] }], {
    decider: chainDecider(["a"], { shadow }),
    settings: { retries: { attempts: 0 } },
  });
  await ask(gateway, "x");
  const metrics = async (): Promise<string> => await (await fetch(`${gateway.url}/metrics`)).text();
  await expect
    .poll(metrics)
    .toContain('signalbox_shadow_decisions_total{router="chain",shadow="other",choice="none"} 1');
});

test("queries unlike the training prompts raise an alarm that all can see, and the fallback answers them", async () => {
  const gateway = await served({ drift: { window: 40, fallback: "middle" } });
  const drifting = async (): Promise<unknown> => {
    const response = await fetch(`${gateway.url}/ready`);
    return [response.status, ((await response.json()) as { drifting: unknown }).drifting];
  };
  const foreign = (i: number): string => `ordnungswidrigkeit bußgeldbescheid verjährung paragraph ${i * 7919}`;
  expect(await drifting()).toEqual([200, []]);
  expect(await gateway.metrics()).toContain('signalbox_drift_alarm{router="near"} 0');
  // oxlint-disable-next-line no-await-in-loop -- a window, in its order
  for (let i = 0; i < 40; i++) await ask(gateway, foreign(i));
  expect(await drifting()).toEqual([200, ["near"]]);
  const { headers } = await ask(gateway, foreign(99));
  expect([headers.get("x-signalbox-model"), headers.get("x-signalbox-fallback")]).toEqual(["middle", "drift"]);
  // oxlint-disable-next-line no-await-in-loop -- the rest of the next window
  for (let i = 0; i < 39; i++) await ask(gateway, textOf(i % 2 === 0 ? "maths" : "letters", 5000 + i));
  expect(await drifting()).toEqual([200, []]);
  expect(gateway.told).toMatchObject([
    { router: "near", isDrifting: true },
    { router: "near", isDrifting: false },
  ]);
  expect(await gateway.metrics()).toContain('signalbox_drift_alarms_total{router="near"} 1');
  expect(gateway.records.map(({ isDrifting }) => isDrifting).filter(Boolean)).toHaveLength(40);
  const alarms = (await gateway.lines()).filter(({ kind }) => kind === "drift");
  expect(alarms).toMatchObject([{ router: "near", isDrifting: true }, { isDrifting: false }]);
});

/** A key for some models hears of no other one, whatever it asks, and in whatever error. */
import { expect, onTestFinished, test } from "vitest";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { servingFit } from "../../test/support/serving-fits.ts";
import { keyAdmin } from "../gateway-state/key-admin.ts";
import { memoryState } from "../gateway-state/memory-state.ts";
import { defaultStateOptions } from "../gateway-state/state-options.ts";
import { openServing, servingSchema } from "../serving/serving-settings.ts";

type Ask = (
  path: string,
  headers?: Record<string, string>,
  model?: string,
) => Promise<{ status: number; text: string }>;

const router = await servingFit("knn");

/** A gateway whose router knows cheap, middle and strong, asked with a key for cheap alone. */
async function forCheap(names: readonly string[] = ["cheap", "middle", "strong"]): Promise<Ask> {
  const { state, keyTable } = memoryState(defaultStateOptions);
  onTestFinished(() => state.close());
  const order = { name: "test", models: ["cheap"], limits: {}, caps: {}, expiresAt: undefined };
  const { secret } = await keyAdmin(keyTable, Date.now).create(order);
  const decider = await openServing({ near: router }, servingSchema.parse({}));
  const models = names.map((name) => ({ name, urls: ["http://127.0.0.1:1/v1"] }));
  const gateway: TestGateway = await testGateway(models, { state, decider, settings: { keys: "required" } });
  return async (path, headers = {}, model = "auto") => {
    const body = { model, messages: [{ role: "user", content: "prove a theorem" }] };
    const response = await gateway.post(path, body, { headers: { authorization: `Bearer ${secret}`, ...headers } });
    return { status: response.status, text: await response.text() };
  };
}

test.each([
  ["an unknown name to allow", 400, { "x-signalbox-allow": "zzzzzzzz" }, "auto"],
  ["an unknown name to exclude", 400, { "x-signalbox-exclude": "zzzzzzzz" }, "auto"],
  ["a name like another's", 400, { "x-signalbox-allow": "midle" }, "auto"],
  ["an unknown router", 400, {}, "router-near-zzzzzzzz"],
  ["an unknown model", 404, {}, "zzzzzzzz"],
  ["no model that is left", 400, { "x-signalbox-exclude": "cheap" }, "auto"],
  ["a model that is dearer than allowed", 400, { "x-signalbox-max-cost-usd": "0.0000001" }, "auto"],
  ["the decision alone", 200, {}, "auto"],
])("%s", async (_, status, headers, model) => {
  const ask = await forCheap();
  const answer = await ask("/v1/route", headers, model);
  expect(answer.status).toBe(status);
  expect(answer.text).toContain("cheap");
  expect(answer.text).not.toMatch(/middle|strong/);
});

test("what may not be named may still be excluded: lists are written for several keys", async () => {
  const ask = await forCheap();
  expect((await ask("/v1/route", { "x-signalbox-exclude": "strong, middle" })).status).toBe(200);
});

test("where only others' models are served there is none for this key", async () => {
  const ask = await forCheap(["middle", "strong"]);
  const { status, text } = await ask("/v1/chat/completions");
  expect([status, text]).toEqual([403, expect.stringContaining("model_not_allowed")]);
  expect(text).not.toMatch(/middle|strong/);
});

/** A client that leaves takes its call along, wherever the call is. faults.test.ts tries the phases of one plain call; these are the others. */
import { expect, test } from "vitest";
import { faultServer, piece, reply, streamHead } from "../../test/support/fault-server.ts";
import type { FaultServer } from "../../test/support/fault-server.ts";
import { chainDecider, testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import type { CascadeStep, Decider } from "../serving/decider.ts";

const slow = { connectSeconds: 300, firstByteSeconds: 300, idleSeconds: 300, totalSeconds: 300 };
const chat = { model: "auto", messages: [{ role: "user", content: "x" }] };

/** Asks, leaves as soon as `isThere`, and waits until the gateway has written the call down. */
async function leave(gateway: TestGateway, isThere: () => boolean, path = "/v1/chat/completions"): Promise<void> {
  const stop = new AbortController();
  const asking = gateway.post(path, chat, { signal: stop.signal }).catch((error: unknown) => error);
  await expect.poll(isThere, { interval: 5 }).toBe(true);
  stop.abort();
  await asking;
}

async function requireLeft(gateway: TestGateway): Promise<void> {
  await expect.poll(() => gateway.records.length, { interval: 5 }).toBe(1);
  expect(gateway.records[0]).toMatchObject({ outcome: "left", status: 499 });
  expect(gateway.defects).toEqual([]);
}

test("while the endpoint is greeted: it never hears of the call", async () => {
  const server = await faultServer(() => undefined);
  const gateway = await testGateway([{ name: "a", urls: [server.url.replace("http", "https")] }], {
    settings: { deadlines: slow },
  });
  await leave(gateway, () => server.connections === 1);
  await requireLeft(gateway);
  expect(gateway.records[0]).toMatchObject({ paid: { model: "" }, costUsd: 0 });
  expect(server.requests).toBe(0);
});

test("while it waits to try again: nobody is asked a second time", async () => {
  const server = await faultServer((socket) =>
    socket.write(reply(503, { "content-type": "application/json", "retry-after": "200" }, "{}")),
  );
  const retries = { attempts: 2, firstWaitSeconds: 200, longestWaitSeconds: 300 };
  const gateway = await testGateway([{ name: "a", urls: [server.url] }], { settings: { deadlines: slow, retries } });
  await leave(gateway, () => server.requests === 1);
  await requireLeft(gateway);
  expect(server.requests).toBe(1);
});

/** A decider that waits for a vector that does not come, and tells when it was given up. */
function waitingDecider(): { decider: Decider; asked: () => number; given: () => number } {
  let [asked, given] = [0, 0];
  const decider: Decider = {
    ...chainDecider(["a"]),
    decide: (_, signal) =>
      new Promise((__, reject) => {
        asked++;
        signal.addEventListener("abort", () => {
          given++;
          reject(signal.reason as Error);
        });
      }),
  };
  return { decider, asked: () => asked, given: () => given };
}

test.each(["/v1/chat/completions", "/v1/route"])(
  "while the router decides, at %s: the decision is given up",
  async (path) => {
    const server = await faultServer(() => undefined);
    const { decider, asked, given } = waitingDecider();
    const gateway = await testGateway([{ name: "a", urls: [server.url] }], { decider, settings: { deadlines: slow } });
    await leave(gateway, () => asked() === 1, path);
    await expect.poll(given, { interval: 5 }).toBe(1);
    if (path !== "/v1/route") await requireLeft(gateway);
    expect(server.requests).toBe(0);
  },
);

test("in the middle of a cascade: the step under way ends, and no other is asked", async () => {
  const step: CascadeStep = { model: "a", isLast: false, next: () => ({ ...step, model: "b", isLast: true }) };
  const server = await faultServer((socket) => {
    socket.write(
      streamHead + piece(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "x" } }] })}\n\n`),
    );
  });
  const urls = [server.url];
  const models = ["a", "b"].map((name) => ({ name, urls }));
  const decider = chainDecider(["a", "b"], { cascade: step });
  const gateway = await testGateway(models, { decider, settings: { deadlines: slow } });
  await leaveStream(gateway, server);
  await requireLeft(gateway);
  expect(server.requests).toBe(1);
});

async function leaveStream(gateway: TestGateway, server: FaultServer): Promise<void> {
  const stop = new AbortController();
  const body = { ...chat, stream: true };
  const asking = gateway.post("/v1/chat/completions", body, { signal: stop.signal }).catch((error: unknown) => error);
  await expect.poll(() => server.requests, { interval: 5 }).toBe(1);
  stop.abort();
  await server.left;
  await asking;
}

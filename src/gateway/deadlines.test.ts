/** Each deadline fires alone: the others are far off, and the error says which one it was. */
import { describe, expect, test } from "vitest";
import { faultServer, piece, reply, streamHead } from "../../test/support/fault-server.ts";
import type { Fault } from "../../test/support/fault-server.ts";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";

const far = { connectSeconds: 300, firstByteSeconds: 300, idleSeconds: 300, totalSeconds: 300 };
const chat = { model: "auto", messages: [{ role: "user", content: "x" }] };
const chunk = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "x" } }] })}\n\n`;
const asJson = { "content-type": "application/json" };

async function behind(fault: Fault, deadlines: object, scheme = "http"): Promise<TestGateway> {
  const server = await faultServer(fault);
  return await testGateway([{ name: "a", urls: [server.url.replace("http", scheme)] }], {
    settings: { deadlines: { ...far, ...deadlines }, retries: { attempts: 0 } },
  });
}

const silent: Fault = () => undefined;

const whole: readonly (readonly [name: string, deadlines: object, says: RegExp, fault: Fault, scheme: string])[] = [
  // A line that is taken, and on which nobody answers the greeting of TLS.
  ["connect", { connectSeconds: 0.2 }, /did not take the connection in time/, silent, "https"],
  ["first byte", { firstByteSeconds: 0.2 }, /sent nothing within 200 ms/, silent, "http"],
  [
    "idle",
    { idleSeconds: 0.2 },
    /fell silent for 200 ms in the middle of its answer/,
    (socket) => socket.write(reply(200, { ...asJson, "content-length": "99" }, "{")),
    "http",
  ],
  ["total", { totalSeconds: 0.2 }, /gave no whole answer within 0\.2 s/, silent, "http"],
];

describe("before the first token", () => {
  test.each(whole)("the %s deadline: 504, and which one it was", async (_, deadlines, says, fault, scheme) => {
    const gateway = await behind(fault, deadlines, scheme);
    const response = await gateway.post("/v1/chat/completions", chat);
    expect(response.status).toBe(504);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error).toMatchObject({ code: "upstream_timeout", type: "timeout_error" });
    expect(error.message).toMatch(says);
  });
});

describe("the total deadline", () => {
  const late = { deadlines: { ...far, totalSeconds: 0.2 } };

  test("while a retry is waited for: 504, and no defect", async () => {
    const server = await faultServer((socket) => socket.write(reply(500, asJson, "{}")));
    const gateway = await testGateway([{ name: "a", urls: [server.url] }], {
      settings: { ...late, retries: { attempts: 1, firstWaitSeconds: 200, longestWaitSeconds: 300 } },
    });
    const response = await gateway.post("/v1/chat/completions", chat);
    expect([response.status, await response.json()]).toMatchObject([504, { error: { code: "upstream_timeout" } }]);
    expect(gateway.defects).toEqual([]);
  });

  test("ends the chain: models that were not asked have not failed", async () => {
    const server = await faultServer(silent);
    const models = ["a", "b", "c"].map((name) => ({ name, urls: [server.url] }));
    const gateway = await testGateway(models, { settings: late });
    expect((await gateway.post("/v1/chat/completions", chat)).status).toBe(504);
    expect(gateway.records[0]?.failures).toMatchObject([{ model: "a", failure: "deadline" }]);
  });
});

describe("in a stream", () => {
  test("the total deadline ends a drip that never ends", async () => {
    const gateway = await behind(
      (socket) => {
        socket.write(streamHead);
        const drip = setInterval(() => socket.write(piece(chunk)), 20);
        socket.on("close", () => clearInterval(drip));
      },
      { totalSeconds: 3 },
    );
    const response = await gateway.post("/v1/chat/completions", { ...chat, stream: true });
    const text = await response.text();
    expect(text.startsWith(chunk)).toBe(true);
    expect(text).toMatch(/"code":"upstream_timeout"}}\n\n$/);
    expect(gateway.records[0]).toMatchObject({ outcome: "cut", costSource: "estimated" });
  });

  test("a client that takes nothing is given up, and its call ends at the endpoint", async () => {
    const content = "x".repeat(60_000);
    const large = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
    const server = await faultServer((socket) => {
      socket.write(streamHead);
      const pour = (): void => {
        while (!socket.destroyed && socket.write(piece(large)));
      };
      socket.on("drain", pour);
      pour();
    });
    const gateway = await testGateway([{ name: "a", urls: [server.url] }], {
      settings: { deadlines: far, limits: { slowClientSeconds: 3 } },
    });
    // The body is never read.
    const response = await gateway.post("/v1/chat/completions", { ...chat, stream: true });
    expect(response.status).toBe(200);
    await server.left;
    await expect.poll(() => gateway.records.length).toBe(1);
    expect(gateway.records[0]).toMatchObject({ outcome: "left", failures: [] });
  });
});

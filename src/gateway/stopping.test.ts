/** A stop ends when the answers under way are out, and never later than its time to drain, whatever lines clients hold open. */
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";

test("a stop does not wait for a line on which nobody has said a word", async () => {
  const gateway = await testGateway([{ name: "a", urls: ["http://127.0.0.1:1/v1"] }]);
  const line = connect(Number(new URL(gateway.url).port), "127.0.0.1");
  await once(line, "connect");
  // Both sides know of it by now: this call came behind it.
  expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
  const closed = once(line, "close");
  await gateway.close();
  await closed;
});

describe("a request whose head came before the stop", () => {
  const body = JSON.stringify({ model: "auto", messages: [{ role: "user", content: "x" }] });

  async function serving(drainSeconds: number): Promise<TestGateway> {
    const answer = { choices: [{ message: { role: "assistant", content: "hi" } }] };
    const server = await scriptedServer((_, response) => json(response, answer));
    onTestFinished(() => server.close());
    return await testGateway([{ name: "a", urls: [`${server.url}/v1`] }], {
      settings: { deadlines: { drainSeconds } },
    });
  }

  /** A line on which the head has been read: the gateway asks for the body. */
  async function begun({ url }: TestGateway, path: string): Promise<{ line: Socket; closed: Promise<unknown> }> {
    const line = connect(Number(new URL(url).port), "127.0.0.1");
    onTestFinished(() => void line.destroy());
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
    line.write(`${head}Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`);
    const [said] = (await once(line, "data")) as [Buffer];
    expect(said.toString()).toContain("100 Continue");
    return { line, closed: once(line, "close") };
  }

  test.each(["/v1/chat/completions", "/v1/route"])("is answered at %s, and its line closed", async (path) => {
    const gateway = await serving(300);
    const { line, closed } = await begun(gateway, path);
    const closing = gateway.close();
    line.write(body);
    const [said] = (await once(line, "data")) as [Buffer];
    expect(said.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*^connection: close\r\n/ims);
    await Promise.all([closed, closing]);
  });

  test("and whose body never comes is not waited for longer than the time to drain", async () => {
    const gateway = await serving(0.05);
    const { closed } = await begun(gateway, "/v1/chat/completions");
    await Promise.all([gateway.close(), closed]);
  });
});

import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { testGateway } from "../../test/support/gateway.ts";

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

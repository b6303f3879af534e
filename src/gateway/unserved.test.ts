/** Models that a router knows and the gateway cannot ask: never chosen, and said to be what they are. */
import { expect, test } from "vitest";
import { testGateway } from "../../test/support/gateway.ts";
import { servingFit } from "../../test/support/serving-fits.ts";
import { openServing, servingSchema } from "../serving/serving-settings.ts";

const urls = ["http://127.0.0.1:1/v1"];
const chat = { model: "auto", messages: [{ role: "user", content: "prove a theorem" }] };

test("what is not in the configuration, or of another format, is told apart from what the client excludes", async () => {
  const decider = await openServing({ near: await servingFit("knn") }, servingSchema.parse({}));
  const gateway = await testGateway(
    [
      { name: "cheap", urls },
      { name: "strong", urls, provider: "anthropic" },
    ],
    {
      decider,
    },
  );
  const routed = await gateway.post("/v1/route", chat);
  expect(await routed.json()).toMatchObject({
    model: "cheap",
    gated: [
      { model: "middle", gate: "unserved", detail: "not in the configuration" },
      { model: "strong", gate: "unserved", detail: "speaks another wire format" },
    ],
  });
  const none = await gateway.post("/v1/route", chat, { headers: { "x-signalbox-exclude": "cheap" } });
  const { error } = (await none.json()) as { error: { code: string; message: string } };
  expect(error.code).toBe("no_model_fits");
  expect(error.message).toMatch(/cheap: excluded; middle: not in the configuration/);
  expect(error.message).toContain("Exclude fewer models, or serve more of its models");
});

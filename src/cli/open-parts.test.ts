/** What serve is served by: told of in the order in which it is to be mended, and closed again also where it is found wrong late. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { faultServer, reply } from "../../test/support/fault-server.ts";
import { servingFit, servingTable } from "../../test/support/serving-fits.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { openEncoder } from "../encoders/registry.ts";
import { saveRouter } from "../experiment/artefact.ts";
import { openParts } from "./open-parts.ts";

test("a folder that holds no router is told of before a key that is not set", async () => {
  const folder = await temporaryFolder();
  const config = join(folder, "signalbox.yaml");
  const model = "{ name: a, model: a, baseUrl: https://a.example.com/v1, keyEnv: KEY_OF_A }";
  await writeFile(config, `schemaVersion: 1\nmodels: [${model}]\n`);
  const asked = { router: [join(folder, "nonsense")], config, listen: undefined };
  await expect(openParts(asked, {})).rejects.toThrow(/nonsense/);
});

test("a router of other models is refused, and its encoder's connection closed", async () => {
  const body = JSON.stringify({ data: [{ index: 0, embedding: Array.from({ length: 40 }, () => 1) }] });
  // The line is left open: only who opened it closes it.
  const headers = { "content-type": "application/json", "keep-alive": "timeout=600" };
  const server = await faultServer((socket) => socket.write(reply(200, headers, body)));
  const spec = { kind: "openai", model: "toy", baseUrl: server.url };
  const encoder = await openEncoder({ ...spec, dimensions: 40 });
  if (encoder.kind !== "ready") throw new Error("an endpoint is ready");
  const folder = await temporaryFolder();
  const { fitted } = await servingFit("knn", servingTable(40));
  const embedding = encoder.encoder.fingerprint;
  await saveRouter(join(folder, "near"), {
    fitted: { ...fitted, embedding },
    encoderSpec: JSON.stringify(spec),
    encoder: null,
  });
  const config = join(folder, "signalbox.yaml");
  const models = 'models: [{ name: other, model: other, baseUrl: "http://127.0.0.1:1/v1" }]';
  await writeFile(config, `schemaVersion: 1\n${models}\ngateway: { routers: { near: near } }\n`);

  const opening = openParts({ router: undefined, config, listen: undefined }, {});
  await expect(opening).rejects.toThrow(/none of the router's models is in the configuration/);
  expect(server.requests).toBe(1);
  await server.left;
});

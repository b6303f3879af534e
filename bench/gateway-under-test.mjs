/** The gateway of the bench: a text-linear router fitted on made-up prompts, served in this process before a fake endpoint. */
import { join } from "node:path";
import { saveTextLinear } from "./save-text-linear.mjs";

const dist = (...paths) => Promise.all(paths.map((path) => import(`../dist/${path}.js`)));

/** Its address. */
export async function serveTextLinear({ upstream, folder }) {
  const [
    { openServing },
    { startGateway },
    { gatewaySettings },
    { openModels },
    { memoryState },
    { defaultStateOptions },
  ] = await dist(
    "serving/serving-settings",
    "gateway/gateway",
    "gateway/config",
    "gateway/open-models",
    "gateway-state/memory-state",
    "gateway-state/state-options",
  );
  const router = join(folder, "router");
  const names = await saveTextLinear(router, { prompts: 2000, models: 20, datasets: 10 });
  const settings = gatewaySettings({ listen: "127.0.0.1:0" });
  const models = names.map((name) => ({
    name,
    provider: "openai",
    model: name,
    baseUrl: `${upstream}/v1`,
    keyEnv: "KEY",
  }));
  const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, source: "bench", asOf: "2026-11-01" };
  const prices = { find: () => ({ price, origin: "signalbox.yaml" }), entries: () => [] };
  const opened = openModels(
    { models, prices: {}, gateway: settings },
    { environment: { KEY: "sk-bench-0123456789abcdef" }, prices },
  );
  const decider = await openServing({ fast: router }, settings);
  const { state } = memoryState(defaultStateOptions);
  const gateway = await startGateway({ settings, models: opened.models, secrets: opened.secrets, decider, state });
  return gateway.url;
}

/** signalbox serve: the gateway, which sends each query to the model that a measured router chooses. */
import { once } from "node:events";
import { Command } from "commander";
import { openPriceBook } from "../../collect/prices/open-price-book.ts";
import { UsageError } from "../../core/errors.ts";
import { plural } from "../../core/plural.ts";
import { loadRouter } from "../../experiment/artefact.ts";
import { readServeConfig } from "../../gateway/config.ts";
import type { ServeConfig } from "../../gateway/config.ts";
import { startGateway } from "../../gateway/gateway.ts";
import { openModels } from "../../gateway/open-models.ts";
import { plainDecider } from "../../gateway/plain-decider.ts";
import type { Decider } from "../../serving/decider.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox serve --router my-router                      models, keys and prices of signalbox.yaml
  $ signalbox serve --router my-router --config prod.yaml --listen 127.0.0.1:9000
  $ curl http://127.0.0.1:8787/v1/chat/completions -H 'content-type: application/json' \\
      -d '{"model": "auto", "messages": [{"role": "user", "content": "What is 17 * 23?"}]}'

Models: "auto" asks the router; a model's own name asks that model. POST /v1/route tells the decision and calls nobody.
Ctrl-C or SIGTERM takes no more calls, waits for those under way, and ends; a second one ends at once.`;

interface ServeOptions {
  readonly router: string;
  readonly config: string;
  readonly listen?: string;
  readonly quiet?: boolean;
}

export function serveCommand(signal: AbortSignal): Command {
  return new Command("serve")
    .description("Serve a saved router as a gateway in OpenAI's and Anthropic's format, on this machine by default.")
    .requiredOption("--router <folder>", "a router saved by signalbox fit")
    .option("--config <file>", "models, keys, prices and the gateway's settings", "signalbox.yaml")
    .option("--listen <address>", "HOST:PORT instead of the configuration's; port 0 = any free one")
    .option("-q, --quiet", "no notes on stderr")
    .addHelpText("after", examples)
    .action((options: ServeOptions) => serve(options, signal));
}

async function serve(options: ServeOptions, signal: AbortSignal): Promise<void> {
  const tell = (text: string): void => {
    if (!options.quiet) note(text);
  };
  const config = await readServeConfig(options.config);
  const saved = await loadRouter(options.router);
  for (const warning of saved.warnings) tell(`note: ${warning}`);
  const opened = openModels(config, { environment: process.env, prices: await openPriceBook(config.prices) });
  for (const text of opened.notes) tell(`note: ${text}`);
  const decider = plainDecider(saved);
  try {
    tellPool(decider, config, tell);
    const gateway = await startGateway({
      settings: { ...config.gateway, ...(options.listen !== undefined && { listen: options.listen }) },
      models: opened.models,
      secrets: opened.secrets,
      decider,
      onDefect: (error) => note(`defect: ${error instanceof Error ? error.stack : String(error)}`),
    });
    print(gateway.url);
    tell(`serving ${plural(opened.models.size, "model")}; base URL for clients: ${gateway.url}/v1; Ctrl-C ends it`);
    if (!signal.aborted) await once(signal, "abort");
    await gateway.close();
  } finally {
    await decider.close();
    await opened.close();
  }
}

/** Models of the router that cannot be asked are never chosen. @throws UsageError when none of them can be */
function tellPool(decider: Decider, { models }: ServeConfig, tell: (text: string) => void): void {
  const served = new Set(models.map(({ name }) => name));
  const missing = decider.models.filter((name) => !served.has(name));
  if (missing.length === decider.models.length) {
    throw new UsageError({
      problem: "none of the router's models is in the configuration",
      where: "models",
      mend: `Name them as the router does: ${decider.models.join(", ")}.`,
    });
  }
  if (missing.length > 0) tell(`note: not in the configuration, and so never chosen: ${missing.join(", ")}`);
}

/** signalbox serve: the gateway, which sends each query to the model that a measured router chooses. */
import { once } from "node:events";
import { Command } from "commander";
import { openState } from "../../gateway-state/open-state.ts";
import type { CallRecord } from "../../gateway/call-record.ts";
import { startGateway } from "../../gateway/gateway.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { stateOptions } from "../../gateway/state-options.ts";
import type { DriftChange } from "../../serving/drift-alarms.ts";
import { version } from "../../version.ts";
import { openGatewayLogs } from "../gateway-logs.ts";
import { placeOf } from "../gateway-place.ts";
import { reloadWhenAsked } from "../gateway-reload.ts";
import { openParts } from "../open-parts.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox serve --router my-router                      models, keys and prices of signalbox.yaml
  $ signalbox serve --router my-router --config prod.yaml --listen 127.0.0.1:9000
  $ signalbox serve --router fast=router-a careful=router-b  auto is "fast"; "router-careful" asks the other
  $ curl http://127.0.0.1:8787/v1/chat/completions -H 'content-type: application/json' \\
      -d '{"model": "auto", "messages": [{"role": "user", "content": "What is 17 * 23?"}]}'

Models: "auto" asks the router; a model's own name asks that model. POST /v1/route tells the decision and calls nobody.
SIGHUP reads the configuration and the routers anew: what cannot be read changes nothing, and calls under way end as they began.
Ctrl-C or SIGTERM takes no more calls, waits for those under way, and ends; a second one ends at once.`;

interface ServeOptions {
  readonly router?: readonly string[];
  readonly config: string;
  readonly listen?: string;
  /** true = the environment's address */
  readonly otlp?: string | true;
  readonly quiet?: boolean;
}

export function serveCommand(signal: AbortSignal): Command {
  return new Command("serve")
    .description("Serve a saved router as a gateway in OpenAI's and Anthropic's format, on this machine by default.")
    .option(
      "--router <folder...>",
      "routers saved by signalbox fit, NAME=FOLDER or a folder; the first is auto (default: gateway.routers)",
    )
    .option("--config <file>", "models, keys, prices and the gateway's settings", "signalbox.yaml")
    .option("--listen <address>", "HOST:PORT instead of the configuration's; port 0 = any free one")
    .option("--otlp [url]", "send a span per call to an OpenTelemetry collector (default: OTEL_EXPORTER_OTLP_ENDPOINT)")
    .option("-q, --quiet", "no notes on stderr")
    .addHelpText("after", examples)
    .action((options: ServeOptions) => serve(options, signal));
}

type Closing = () => Promise<unknown>;

async function serve(options: ServeOptions, signal: AbortSignal): Promise<void> {
  const tell = (text: string): void => {
    if (!options.quiet) note(text);
  };
  const closing: Closing[] = [];
  try {
    const gateway = await open(options, closing, tell);
    print(gateway.url);
    tell(`base URL for clients: ${gateway.url}/v1; Ctrl-C ends it`);
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    // The last opened first: calls under way still need what was opened before them.
    // oxlint-disable-next-line no-await-in-loop
    for (const close of closing.toReversed()) await close();
  }
}

async function open(options: ServeOptions, closing: Closing[], tell: (text: string) => void): Promise<Gateway> {
  const asked = { router: options.router, config: options.config, listen: options.listen };
  const parts = await openParts(asked, process.env);
  const { settings } = parts;
  // Until the gateway serves them: then it closes them, and what comes in their place.
  let owned: Closing = () => parts.close();
  closing.push(() => owned());
  const place = placeOf(settings, options.config);
  const { state, notes, keyTable } = await openState(place.state, stateOptions(settings), process.env);
  closing.push(() => state.close());
  const logs = await openGatewayLogs(place, tell);
  closing.push(() => logs.close());
  for (const text of [...parts.notes, ...notes]) tell(`note: ${text}`);
  if (settings.keys === "required" && (await keyTable.all()).length === 0)
    tell("note: there is no key yet, and so nobody can come in: signalbox keys create NAME makes one");
  const sendSpan = await spansOf(options.otlp, closing);
  const gateway = await startGateway({
    ...parts,
    state,
    log: logs.calls,
    lostLines: logs.lost,
    onDrift: (change) => tell(driftText(change)),
    onCall(record) {
      logs.spend(record);
      sendSpan?.(record);
    },
    onDefect: (error) => note(`defect: ${error instanceof Error ? error.stack : String(error)}`),
  });
  owned = () => Promise.resolve();
  closing.push(() => gateway.close());
  const files = settings.reload === "watch" ? parts.files : undefined;
  closing.push(reloadWhenAsked({ gateway, open: () => openParts(asked, process.env), files, tell }));
  return gateway;
}

function driftText({ router, isDrifting, pValue }: DriftChange): string {
  if (!isDrifting) return `note: router ${router}: live queries are like the training prompts again`;
  const p = pValue < 1e-6 ? "p < 0.000001" : `p = ${Number(pValue.toPrecision(2))}`;
  return `warning: router ${router}: live queries are unlike the training prompts (${p}); fit it again on what it is asked now`;
}

/** Sends spans where that is asked for; what is left of them goes out when it ends. */
async function spansOf(
  otlp: ServeOptions["otlp"],
  closing: Closing[],
): Promise<((record: CallRecord) => void) | undefined> {
  if (otlp === undefined) return undefined;
  const [{ startOtlp }, { recordSpans }] = await Promise.all([
    import("../../telemetry/otlp.ts"),
    import("../../gateway/record-spans.ts"),
  ]);
  const started = await startOtlp({ url: otlp === true ? undefined : otlp, version });
  closing.push(() => started.close());
  return recordSpans(started.tracer);
}

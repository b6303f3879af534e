/** signalbox spend: what the gateway spent, by key, model and day, and against always asking one model. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command, Option } from "commander";
import { z } from "zod";
import { openPriceBook } from "../../collect/prices/open-price-book.ts";
import { UsageError } from "../../core/errors.ts";
import { unknownName } from "../../core/near-names.ts";
import { plural } from "../../core/plural.ts";
import { spendRecords } from "../../gateway-state/spend-log.ts";
import type { SpendRecord } from "../../gateway-state/spend-record.ts";
import { summarizeSpend } from "../../gateway-state/spend-summary.ts";
import type { AlwaysOne, SpendRow, SpendSummary } from "../../gateway-state/spend-summary.ts";
import { priceSchema } from "../../prices/price.ts";
import type { Price } from "../../prices/price.ts";
import { count, percent, usd } from "../../report/format.ts";
import { alignedLines } from "../../report/text-layout.ts";
import { checkedYaml, openYaml } from "../../store/yaml-file.ts";
import { timeSpan } from "../amounts.ts";
import { bestSingleOf } from "../best-single.ts";
import { list } from "../data-options.ts";
import { gatewayPlace } from "../gateway-place.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox spend                                          the log of signalbox.yaml in this folder
  $ signalbox spend replica-1/spend.jsonl replica-2/spend.jsonl --since 30d
  $ signalbox spend --by key --json
  $ signalbox spend --best-single maker/large                against always asking the model that is best alone

"Always" figures are the logged tokens at another model's price: they assume that it would have used as many tokens, cached ones
included. Requests whose tokens or cost are not known are left out on both sides, and counted.`;

const groupings = ["key", "model", "day"] as const;

interface Options {
  readonly config?: string;
  readonly by?: (typeof groupings)[number];
  readonly since?: number;
  readonly keys?: string[];
  readonly bestSingle?: string | undefined;
  readonly router?: string;
  readonly json?: boolean;
}

export function spendCommand(signal: AbortSignal): Command {
  return new Command("spend")
    .description("What the gateway spent, and what always asking one model would have cost.")
    .argument("[logs...]", "spend logs (default: the one that signalbox.yaml names)")
    .option("--config <file>", "names the log, the models and their prices (default: signalbox.yaml)")
    .addOption(new Option("--by <grouping>", "only this table").choices(groupings))
    .option("--since <span>", "only calls of the last 12h, 30d, 8w", timeSpan)
    .option("--keys <ids>", "only calls with these keys, by id or name (comma-separated)", list)
    .option("--best-single <model>", "the model that is best alone (default: the router's, of its training)")
    .option("--router <folder>", "the router that says which that is (default: auto of gateway.routers)")
    .option("--json", "everything as JSON on stdout")
    .addHelpText("after", examples)
    .action(async (logs: string[], options: Options) => {
      const paths = logs.length > 0 ? logs : [await configuredLog(options)];
      const { prices, router } = await poolOf(options.config);
      const best = await bestSingle(options, router, prices);
      const odd: string[] = [];
      const summary = await summarizeSpend(chosen(paths, options, odd, signal), prices);
      if (odd.length > 0)
        note(`note: ${plural(odd.length, "line")} passed over that are no calls, the first at ${odd[0]}`);
      print(options.json ? asJson(summary, best) : summaryText(summary, { ...options, bestSingle: best }));
    });
}

/** As it is named, else as the router says. @throws UsageError for a model that is not in the configuration */
async function bestSingle(
  { bestSingle: named, router: asked }: Options,
  configured: string | undefined,
  prices: ReadonlyMap<string, unknown>,
): Promise<string | undefined> {
  if (named !== undefined) {
    if (!prices.has(named)) throw unknownName("model", named, [...prices.keys()], "--best-single");
    return named;
  }
  const router = asked ?? (configured !== undefined && existsSync(configured) ? configured : undefined);
  return router === undefined ? undefined : await bestSingleOf(router, new Set(prices.keys()));
}

async function configuredLog({ config }: Options): Promise<string> {
  const { spendLog } = await gatewayPlace(config);
  if (spendLog !== "off" && existsSync(spendLog)) return spendLog;
  const problem = spendLog === "off" ? "the configuration keeps no spend log" : "there is no spend log yet";
  const where = spendLog === "off" ? config : spendLog;
  throw new UsageError({ problem, where, mend: "signalbox serve writes it; or name one: signalbox spend FILE" });
}

/** Only what is needed here; collecting and serving check the rest. */
const poolSchema = z.object({
  models: z
    .array(
      z.object({
        name: z.string().optional(),
        model: z.string(),
        baseUrl: z.string().optional(),
      }),
    )
    .default([]),
  prices: z.record(z.string(), priceSchema).default({}),
  gateway: z
    .object({ routers: z.record(z.string(), z.string()).default({}), defaultRouter: z.string().optional() })
    .prefault({}),
});

interface Pool {
  /** of the models of the configuration, where there are any */
  readonly prices: ReadonlyMap<string, Price | undefined>;
  /** the folder of the router that auto is */
  readonly router: string | undefined;
}

async function poolOf(config: string | undefined): Promise<Pool> {
  const path = config ?? "signalbox.yaml";
  if (config === undefined && !existsSync(path)) return { prices: new Map(), router: undefined };
  const { models, prices, gateway } = checkedYaml(await openYaml(path, "Check --config."), poolSchema);
  const book = await openPriceBook(prices);
  const priced = models.map(
    ({ name, model, baseUrl }) =>
      [
        name ?? model,
        book.find({ name: name ?? model, model, ...(baseUrl !== undefined && { baseUrl }) })?.price,
      ] as const,
  );
  const folder = gateway.routers[gateway.defaultRouter ?? Object.keys(gateway.routers)[0] ?? ""];
  return { prices: new Map(priced), router: folder === undefined ? undefined : resolve(dirname(path), folder) };
}

async function* chosen(
  paths: readonly string[],
  { since, keys }: Options,
  odd: string[],
  signal: AbortSignal,
): AsyncGenerator<SpendRecord> {
  const after = since === undefined ? "" : new Date(Date.now() - since).toISOString();
  for (const path of paths) {
    if (!existsSync(path))
      throw new UsageError({ problem: "there is no such file", where: path, mend: "Check its path." });
    for await (const record of spendRecords(path, (where) => odd.push(where))) {
      signal.throwIfAborted();
      const isOfKeys = keys === undefined || keys.includes(record.key) || keys.includes(record.keyName);
      if (record.at >= after && isOfKeys) yield record;
    }
  }
}

/** NaN is null in JSON. */
function asJson(summary: SpendSummary, best: string | undefined): string {
  const { against } = summary;
  const bestSingle = against.always.find(({ model }) => model === best);
  const assumes = "the same token counts at every model";
  return JSON.stringify(
    { ...summary, against: { ...against, bestSingle, dearest: dearestOf(summary), assumes } },
    null,
    2,
  );
}

function dearestOf({ against }: SpendSummary): AlwaysOne | undefined {
  return against.always.find(({ costUsd }) => !Number.isNaN(costUsd));
}

function summaryText(summary: SpendSummary, { by, bestSingle }: Options): string {
  const { total, from, to } = summary;
  if (total.calls === 0) return "no calls";
  const unknown = total.unknown > 0 ? `; the cost of ${plural(total.unknown, "call")} is not known, and not in it` : "";
  const headline = `${plural(total.calls, "call")} from ${from.slice(0, 10)} to ${to.slice(0, 10)}: ${total.unknown === total.calls ? "—" : usd(total.costUsd)} USD${unknown}`;
  const tables = { key: summary.byKey, model: summary.byModel, day: summary.byDay };
  const wanted = by === undefined ? groupings : [by];
  return [
    headline,
    ...wanted.flatMap((name) => ["", ...table(name, tables[name])]),
    "",
    ...againstText(summary, bestSingle),
  ].join("\n");
}

function table(name: string, rows: readonly SpendRow[]): string[] {
  const head = [name, "calls", "input tokens", "output tokens", "USD", "unknown"];
  const cells = rows.map((row) => [
    row.name,
    count(row.calls),
    count(row.inputTokens),
    count(row.outputTokens),
    row.unknown === row.calls ? "—" : usd(row.costUsd),
    count(row.unknown),
  ]);
  return alignedLines([head, ...cells]);
}

function againstText(summary: SpendSummary, best: string | undefined): string[] {
  const { against } = summary;
  if (against.always.length === 0) return ["no models to compare with: name a configuration (--config)"];
  const leftOut =
    against.leftOut > 0 ? `; ${plural(against.leftOut, "request")} of unknown tokens or cost left out` : "";
  const { unanswered, unansweredUsd } = against;
  const apart =
    unanswered > 0
      ? `; ${plural(unanswered, "request")} paid for and not answered, ${usd(unansweredUsd)} USD, apart`
      : "";
  const dearest = dearestOf(summary);
  const rows = [
    ["as routed", usd(against.spentUsd), ""],
    ...(best === undefined
      ? []
      : [
          alwaysRow(
            "always best single",
            against.always.find(({ model }) => model === best),
            against.spentUsd,
          ),
        ]),
    alwaysRow("always dearest", dearest, against.spentUsd),
  ];
  const unpriced = against.always.filter(({ costUsd }) => Number.isNaN(costUsd)).map(({ model }) => model);
  return [
    `${plural(against.requests, "request")} compared, with the tokens as logged${leftOut}${apart}:`,
    ...alignedLines(rows),
    ...(unpriced.length > 0 ? [`without a price, and so not compared: ${unpriced.join(", ")}`] : []),
    ...(best === undefined ? ["name the model that is best alone to compare with it: --best-single MODEL"] : []),
    "assumes that every model uses as many tokens as the one that answered",
  ];
}

function alwaysRow(title: string, always: AlwaysOne | undefined, spentUsd: number): string[] {
  if (always === undefined || Number.isNaN(always.costUsd))
    return [`${title} (${always?.model ?? "none has a price"})`, "–", ""];
  const saved = always.costUsd > 0 ? `saved ${percent(1 - spentUsd / always.costUsd)} %` : "";
  return [`${title} (${always.model})`, usd(always.costUsd), saved];
}

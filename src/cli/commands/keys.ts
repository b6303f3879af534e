/** signalbox keys: who may use the gateway, for what, and for how much. */
import { Command } from "commander";
import { UsageError } from "../../core/errors.ts";
import { keyAdmin } from "../../gateway-state/key-admin.ts";
import type { KeyAdmin, MadeKey } from "../../gateway-state/key-admin.ts";
import { openState } from "../../gateway-state/open-state.ts";
import { periods } from "../../gateway-state/state.ts";
import type { GatewayState, Period, SpendCaps, VirtualKey } from "../../gateway-state/state.ts";
import { usd } from "../../report/format.ts";
import { alignedLines } from "../../report/text-layout.ts";
import { fitsPattern, requireKnown } from "../../serving/name-patterns.ts";
import { timeSpan } from "../amounts.ts";
import { list } from "../data-options.ts";
import { gatewayPlace } from "../gateway-place.ts";
import { atLeast, positiveNumber } from "../numbers.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox keys create research --month 200 --requests-per-minute 60
  $ signalbox keys create demo --models "small,maker/*" --day 1 --expires 30d
  $ signalbox keys list
  $ signalbox keys rotate research --grace 24h
  $ signalbox keys revoke demo

A key's secret is shown once, on stdout; only its SHA-256 is kept. Keys are in the state that signalbox.yaml names (gateway, state), unless
--state names one. A password of Redis stands in SIGNALBOX_REDIS_PASSWORD.`;

interface Options {
  readonly state?: string;
  readonly config?: string;
  readonly json?: boolean;
}

type CreateOptions = Options &
  SpendCaps & {
    readonly models?: string[];
    readonly requestsPerMinute?: number;
    readonly tokensPerMinute?: number;
    readonly expires?: number;
  };

export function keysCommand(): Command {
  const command = new Command("keys")
    .description("Make, list, renew and revoke the keys of the gateway.")
    .addHelpText("after", examples);
  for (const make of [createCommand, listCommand, rotateCommand, revokeCommand])
    command.addCommand(make().exitOverride());
  return command;
}

function withPlace(command: Command): Command {
  return command
    .option("--state <place>", "where the gateway's state is: a folder, or redis://HOST:PORT (default: as configured)")
    .option("--config <file>", "the configuration that names it (default: signalbox.yaml, where there is one)")
    .option("--json", "the result as JSON on stdout");
}

async function withKeys<Result>(
  { state: asked, config }: Options,
  work: (admin: KeyAdmin, state: GatewayState) => Promise<Result>,
): Promise<Result> {
  const place = asked ?? (await gatewayPlace(config)).state;
  if (place === "memory") {
    const mend = "Let it be a folder or a Redis (gateway, state), or name one: --state FOLDER";
    throw new UsageError({ problem: "the gateway's state is in memory, which keeps no keys", mend });
  }
  const { state, keyTable, notes } = await openState(place, {}, process.env);
  try {
    for (const text of notes) note(`note: ${text}`);
    return await work(keyAdmin(keyTable, Date.now), state);
  } finally {
    await state.close();
  }
}

function createCommand(): Command {
  return withPlace(new Command("create"))
    .description("Make a key, and show its secret once.")
    .argument("<name>", "what people call it; no two keys in force have the same name")
    .option("--models <names>", "only these models, with * for any run of characters (comma-separated)", list)
    .option("--requests-per-minute <n>", "at most so many requests a minute", atLeast(1))
    .option("--tokens-per-minute <n>", "at most so many tokens a minute, input and output", atLeast(1))
    .option("--day <usd>", "at most so many USD a day (UTC)", positiveNumber)
    .option("--month <usd>", "at most so many USD a month", positiveNumber)
    .option("--total <usd>", "at most so many USD in all", positiveNumber)
    .option("--expires <span>", "in force for so long: 12h, 30d, 8w", timeSpan)
    .action(async (name: string, options: CreateOptions) => {
      await requireModels(options);
      const { models, requestsPerMinute, tokensPerMinute, expires } = options;
      const caps = Object.fromEntries(
        periods.flatMap((period) => (options[period] === undefined ? [] : [[period, options[period]]])),
      );
      const limits = {
        ...(requestsPerMinute !== undefined && { requestsPerMinute }),
        ...(tokensPerMinute !== undefined && { tokensPerMinute }),
      };
      const expiresAt = expires === undefined ? undefined : new Date(Date.now() + expires).toISOString();
      const made = await withKeys(options, (admin) => admin.create({ name, models, limits, caps, expiresAt }));
      showMade(made, options, "made");
    });
}

/** A key for a model that nobody has can ask nothing, and whoever holds it is told so at every call. @throws UsageError for a slip */
async function requireModels({ models = [], state, config }: CreateOptions): Promise<void> {
  // Another state is another gateway's, and its models stand in another file.
  if (state !== undefined && config === undefined) return;
  const { models: known } = await gatewayPlace(config);
  if (known === undefined) return;
  requireKnown(models, known, "--models");
  const idle = models.filter((pattern) => !known.some((name) => fitsPattern(name, pattern)));
  for (const pattern of idle) note(`note: "${pattern}" fits no model of the configuration by now`);
}

function rotateCommand(): Command {
  return withPlace(new Command("rotate"))
    .description("Give a key a new secret; its budgets and what it spent stay.")
    .argument("<key>", "its id or name")
    .option("--grace <span>", "the old secret counts for so long: 1h, 7d", timeSpan)
    .action(async (which: string, options: Options & { readonly grace?: number }) => {
      const made = await withKeys(options, (admin) => admin.rotate(which, options.grace ?? 0));
      showMade(made, options, "renewed");
    });
}

/** The secret alone on stdout, so that it can be piped; all else on stderr. */
function showMade({ key, secret }: MadeKey, { json }: Options, what: string): void {
  if (json) return print(JSON.stringify({ ...key, secret }));
  note(`key ${key.name} (${key.id}) was ${what}; this is its secret, which is not shown again:`);
  print(secret);
}

function revokeCommand(): Command {
  return withPlace(new Command("revoke"))
    .description("Let nobody in with a key any more, from now on.")
    .argument("<key>", "its id or name")
    .action(async (which: string, options: Options) => {
      const key = await withKeys(options, (admin) => admin.revoke(which));
      print(options.json ? JSON.stringify(key) : `key ${key.name} (${key.id}) is revoked`);
    });
}

type Listed = VirtualKey & { readonly status: string; readonly spentUsd: Readonly<Record<Period, number>> };

function listCommand(): Command {
  return withPlace(new Command("list"))
    .description("List all keys: limits, caps, and what each has spent.")
    .action(async (options: Options) => {
      const keys = await withKeys(options, async (admin, { budgets }) => {
        const found: Listed[] = [];
        for (const key of await admin.list())
          // oxlint-disable-next-line no-await-in-loop -- a few keys, in their order
          found.push({ ...key, status: statusOf(key), spentUsd: await budgets.spent(key) });
        return found;
      });
      if (options.json) return print(JSON.stringify(keys, null, 2));
      print(keys.length === 0 ? "no keys; make one: signalbox keys create NAME" : keysText(keys));
    });
}

function statusOf({ revokedAt, expiresAt }: VirtualKey): string {
  if (revokedAt !== undefined) return "revoked";
  if (expiresAt === undefined) return "in force";
  return Date.parse(expiresAt) <= Date.now() ? "expired" : `until ${expiresAt.slice(0, 10)}`;
}

function keysText(keys: readonly Listed[]): string {
  const head = ["id", "name", "status", "models", "requests/min", "tokens/min", "USD today", "this month", "in all"];
  const rows = keys.map(({ id, name, status, models, limits, caps, spentUsd }) => [
    id,
    name,
    status,
    models?.join(", ") ?? "all",
    limits.requestsPerMinute?.toLocaleString("en-US") ?? "–",
    limits.tokensPerMinute?.toLocaleString("en-US") ?? "–",
    ...periods.map((period) => spentOf(spentUsd[period], caps[period])),
  ]);
  return alignedLines([head, ...rows], ["left", "left", "left", "left"]).join("\n");
}

function spentOf(spent: number, cap: number | undefined): string {
  const known = usd(Number.isNaN(spent) ? null : spent);
  return cap === undefined ? known : `${known} of ${usd(cap)}`;
}

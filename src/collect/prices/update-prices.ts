/** Fetches a price list, checks it, and puts it in the place of the one before, whole or not at all. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { DataError } from "../../core/errors.ts";
import type { PriceTable } from "../../prices/price-table-file.ts";
import type { Price } from "../../prices/price.ts";
import { readPriceList } from "../../prices/read-price-list.ts";
import type { ReadPriceList } from "../../prices/read-price-list.ts";
import { writeFileAtomic } from "../../store/atomic-write.ts";
import { DownloadError } from "../../store/download-error.ts";
import { followRedirects } from "../../store/follow-redirects.ts";
import { makeFolder } from "../../store/make-folder.ts";
import { isNotThere, noSuchPath } from "../../store/no-such-path.ts";
import { updatedPrices, updatedPricesPath } from "./updated-prices.ts";

/** LiteLLM's list, by the makers' names of their models; OpenRouter's is https://openrouter.ai/api/v1/models. */
export const defaultPriceAddress =
  "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json";

/** The lists have some 2 MB. */
const mostBytes = 64 * 2 ** 20;

export interface UpdateOptions {
  /** an address or a file */
  readonly from: string;
  /** the day, ISO 8601 */
  readonly today: string;
  readonly path?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PriceUpdate
  extends Omit<PriceTable, "schemaVersion" | "prices">, Omit<ReadPriceList, "prices" | "format"> {
  readonly path: string;
  readonly models: number;
  /** models that the table before did not have, had at another price, and had alone; all are new when there was none */
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** Fetches and keeps it. @throws DownloadError; DataError when it is no price list, or an empty one: the old one then stays */
export async function updatePrices({
  from,
  today,
  path = updatedPricesPath(),
  signal,
}: UpdateOptions): Promise<PriceUpdate> {
  const bytes = await bytesOf(from, signal);
  const list = readPriceList(parsed(bytes, from), from, today);
  if (list === undefined || Object.keys(list.prices).length === 0) {
    throw new DataError({
      problem: list ? "holds no price of a chat model" : "is no price list in LiteLLM's or OpenRouter's format",
      where: from,
      mend: "Name another list with --from; the prices in use stay as they are",
    });
  }
  const before = (await updatedPrices(path).catch(ignoreDamage))?.prices ?? {};
  const { format, prices, otherKinds, unpriced } = list;
  const facts = { source: from, format, asOf: today, sha256: createHash("sha256").update(bytes).digest("hex") };
  const table: PriceTable = { schemaVersion: 1, ...facts, prices };
  await makeFolder(dirname(path));
  await writeFileAtomic(path, `${JSON.stringify(table)}\n`);
  return { path, ...facts, models: Object.keys(prices).length, otherKinds, unpriced, ...changes(before, prices) };
}

/** A damaged table is about to be replaced: it need not be read. */
function ignoreDamage(error: unknown): undefined {
  if (!(error instanceof DataError)) throw error;
}

function changes(
  before: Readonly<Record<string, Price>>,
  after: Readonly<Record<string, Price>>,
): Pick<PriceUpdate, "added" | "changed" | "removed"> {
  const rates = ({ source: _source, asOf: _asOf, ...rest }: Price): string =>
    JSON.stringify(Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const isKept = (name: string): boolean => Object.hasOwn(before, name);
  const names = Object.keys(after);
  return {
    added: names.filter((name) => !isKept(name)).length,
    changed: Object.entries(after).filter(([name, price]) => {
      const old = isKept(name) ? before[name] : undefined;
      return old !== undefined && rates(old) !== rates(price);
    }).length,
    removed: Object.keys(before).filter((name) => !Object.hasOwn(after, name)).length,
  };
}

async function bytesOf(from: string, signal: AbortSignal | undefined): Promise<Buffer> {
  if (/^https?:/.test(from)) return await fetched(from, signal);
  return await readFile(from).catch((cause: unknown) => {
    if (isNotThere(cause)) throw noSuchPath(from, "Name a file, or an address that begins with https:");
    throw new DataError({ problem: "cannot be read", where: from, cause });
  });
}

async function fetched(address: string, signal: AbortSignal | undefined): Promise<Buffer> {
  const reply = await followRedirects(address, { accept: "application/json" }, signal);
  const { status, url, body } = reply;
  const failed = (problem: string): DownloadError => {
    reply.discard();
    return new DownloadError({ problem, where: url, status, mend: "Name another list with --from" });
  };
  if (status !== 200) throw failed(`answered ${status}`);
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > mostBytes) throw failed(`the list is longer than ${mostBytes} bytes`);
      parts.push(part);
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof DownloadError) throw cause;
    throw new DownloadError({ problem: `broke off after ${bytes} bytes`, where: url, retriable: true, cause });
  }
  return Buffer.concat(parts);
}

function parsed(bytes: Buffer, from: string): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    const mend = "Name another list with --from; the prices in use stay as they are";
    throw new DataError({ problem: "is no JSON", where: from, mend, cause });
  }
}

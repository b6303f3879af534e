/** What a run cost, and how that is known, in words. */
import type { CostAccount } from "../collect/engine/cost-account.ts";
import type { CostSource } from "../core/chat.ts";
import { usd } from "../report/format.ts";

/** How each source is named: our price of reported tokens, our price of counted ones, the provider's bill, nothing. */
const names: Readonly<Record<CostSource, string>> = {
  priced: "priced",
  estimated: "estimated from counted tokens",
  billed: "as billed, since no price is known",
  none: "of unknown cost",
};

/** Phrases for a summary: the sum with its parts, then the providers' bills. None when nothing was paid for. */
export function costPhrases({ bySource, bills, billDiffers }: CostAccount): string[] {
  const sources = (Object.keys(names) as CostSource[]).filter((source) => bySource[source].calls > 0);
  if (sources.length === 0) return [];
  const sum = sources.reduce((total, source) => total + bySource[source].costUsd, 0);
  const parts = sources.map((source) => {
    const { calls, costUsd } = bySource[source];
    return `${calls.toLocaleString("en-US")} ${names[source]}${source === "none" ? "" : ` ${usd(costUsd)}`}`;
  });
  const [only = ""] = sources.length === 1 ? sources : [];
  if (only === "none") return ["cost not known"];
  const known = bySource.none.calls > 0 ? "at least " : "";
  const how = only === "" ? parts.join(", ") : `all ${names[only as CostSource]}`;
  return [`${known}${usd(sum)} USD (${how})`, ...billPhrases({ bills, billDiffers }, only === "billed")];
}

function billPhrases({ bills, billDiffers }: Pick<CostAccount, "bills" | "billDiffers">, isSaid: boolean): string[] {
  if (bills.calls === 0 || isSaid) return [];
  const billed = `${usd(bills.costUsd)} USD billed for ${bills.calls.toLocaleString("en-US")}`;
  if (billDiffers === 0) return [billed];
  return [`${billed}, of which ${billDiffers.toLocaleString("en-US")} differ by more than a fifth from our price`];
}

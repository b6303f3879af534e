/** What a run cost, and how that is known, in words. */
import type { CostAccount } from "../collect/engine/cost-account.ts";
import type { CostSource } from "../core/chat.ts";
import { usd } from "../report/format.ts";

/** How each source is named: our price of reported tokens, our price of counted ones, the provider's bill, nothing. */
const names: Readonly<Record<CostSource, string>> = {
  priced: "by price list",
  estimated: "estimated from counted tokens",
  billed: "as billed, since no price is known",
  none: "of unknown cost",
};

/** Phrases for a summary: the sum and how it is known, then what the provider's bills say. None when nothing was paid for. */
export function costPhrases({ bySource, bills, billDiffers }: CostAccount): string[] {
  const sources = (Object.keys(names) as CostSource[]).filter((source) => bySource[source].calls > 0);
  if (sources.length === 0) return [];
  const sum = sources.reduce((total, source) => total + bySource[source].costUsd, 0);
  const parts = sources.map((source) => {
    const { calls, costUsd } = bySource[source];
    const answers = `${calls.toLocaleString("en-US")} ${names[source]}`;
    return source === "none" ? answers : `${usd(costUsd)} for ${answers}`;
  });
  const [only = ""] = sources.length === 1 ? sources : [];
  if (only === "none") return ["cost not known"];
  const known = bySource.none.calls > 0 ? "at least " : "";
  const how = only === "" ? ` (${parts.join(", ")})` : ` ${names[only as CostSource]}`;
  const bill = only === "billed" ? "" : billPhrase({ bills, billDiffers }, sum, bySource);
  return [`${known}${usd(sum)} USD${how}${bill}`];
}

/** What the provider's bills add to the sum: a word where they agree with it. */
function billPhrase(
  { bills, billDiffers }: Pick<CostAccount, "bills" | "billDiffers">,
  sumUsd: number,
  bySource: CostAccount["bySource"],
): string {
  if (bills.calls === 0) return "";
  const calls = Object.values(bySource).reduce((sum, part) => sum + part.calls, 0);
  const isWhole = bills.calls === calls;
  if (isWhole && billDiffers === 0 && usd(bills.costUsd) === usd(sumUsd)) return ", and billed as much";
  const whose = isWhole ? "" : ` for ${bills.calls.toLocaleString("en-US")} of them`;
  const differing = billDiffers > 0 ? `, ${billDiffers.toLocaleString("en-US")} of them off by more than a fifth` : "";
  return `; the provider billed ${usd(bills.costUsd)}${whose}${differing}`;
}

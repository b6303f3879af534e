/** How the cost of a run is known: how much of it is priced, billed, estimated, or not known at all. */
import type { CostSource } from "../../core/chat.ts";
import { billDiffers } from "../../prices/call-cost.ts";
import type { SucceededCall } from "../journal/record.ts";

export interface CostPart {
  readonly calls: number;
  /** USD; 0 where the source is "none", since nothing is known of it */
  readonly costUsd: number;
}

export interface CostAccount {
  /** paid calls of this run, by where their cost is from */
  readonly bySource: Readonly<Record<CostSource, CostPart>>;
  /** what the providers say they billed, USD, and for how many calls they said it */
  readonly bills: CostPart;
  /** calls whose bill and our own figure differ by more than a fifth */
  readonly billDiffers: number;
}

const nothing: CostPart = { calls: 0, costUsd: 0 };

export const emptyAccount: CostAccount = {
  bySource: { billed: nothing, priced: nothing, estimated: nothing, none: nothing },
  bills: nothing,
  billDiffers: 0,
};

/** The account with one more paid call. */
export function withCost(account: CostAccount, record: SucceededCall): CostAccount {
  const { costSource, costUsd, completion } = record;
  const { reportedCostUsd: bill } = completion;
  const { bySource, bills } = account;
  const { billed, priced, estimated, none } = bySource;
  const parts: Record<CostSource, CostPart> = { billed, priced, estimated, none };
  parts[costSource] = plus(parts[costSource], costUsd);
  return {
    bySource: parts,
    bills: Number.isNaN(bill) ? bills : plus(bills, bill),
    billDiffers: account.billDiffers + (billDiffers(record) ? 1 : 0),
  };
}

function plus({ calls, costUsd }: CostPart, more: number): CostPart {
  return { calls: calls + 1, costUsd: costUsd + (Number.isNaN(more) ? 0 : more) };
}

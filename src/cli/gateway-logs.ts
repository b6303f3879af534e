/** The logs that serve writes: what was spent, and, where it is asked for, each call. A disk that fails them fails no call. */
import { openSpendLog } from "../gateway-state/spend-log.ts";
import { callLog } from "../gateway/call-log.ts";
import type { CallLog } from "../gateway/call-log.ts";
import type { CallRecord } from "../gateway/call-record.ts";
import { spendOfCall } from "../gateway/spend-of-call.ts";
import { openLineLog } from "../store/line-log.ts";
import type { GatewayPlace } from "./gateway-place.ts";

export interface GatewayLogs {
  readonly spend: (record: CallRecord) => void;
  readonly calls: CallLog | undefined;
  /** lines that could not be written, by log */
  readonly lost: () => Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** @throws WriteError when one of them cannot be opened */
export async function openGatewayLogs(
  { spendLog, log }: GatewayPlace,
  tell: (text: string) => void,
): Promise<GatewayLogs> {
  const spend =
    spendLog === "off" ? undefined : await openSpendLog(spendLog, { onTrouble: troubleOf("spend is", tell) });
  const lines =
    log &&
    (await openLineLog(log.path, {
      mostBytes: Math.floor(log.mostMiB * 2 ** 20),
      keptFiles: log.keptFiles,
      onTrouble: troubleOf("calls are", tell),
    }).catch(async (error: unknown) => {
      await spend?.close();
      throw error;
    }));
  const calls = lines && log && callLog(lines, log);
  return {
    calls,
    spend(record) {
      if (spend) for (const paid of spendOfCall(record)) spend.append(paid);
    },
    lost: () => ({ ...(spend && { spend: spend.lost }), ...(calls && { calls: calls.lost }) }),
    async close() {
      await Promise.all([spend?.close(), calls?.close()]);
    },
  };
}

function troubleOf(what: string, tell: (text: string) => void): (error: Error) => void {
  return ({ message }) => tell(`note: ${what} not written down: ${message}`);
}

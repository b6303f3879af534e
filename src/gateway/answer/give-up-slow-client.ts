/** A client that is sent the rest of its answer and takes nothing of it for so long is given up: the line holds memory meanwhile. */
import type { ServerResponse } from "node:http";

/** For an answer that was written to its end; the line's time counts from its last byte. */
export function giveUpSlowClient(response: ServerResponse, idleMs: number): void {
  if (response.destroyed || response.writableLength === 0) return;
  response.setTimeout(idleMs, () => response.destroy());
}

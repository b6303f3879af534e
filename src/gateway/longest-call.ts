/** How long a call can last: the total deadline ends every one, and money that is held longer is nobody's. */
import type { GatewaySettings } from "./config.ts";

export function longestCallMs({ deadlines }: Pick<GatewaySettings, "deadlines">): number {
  return (deadlines.totalSeconds + deadlines.drainSeconds) * 1000;
}

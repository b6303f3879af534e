/** Where the gateway listens: "127.0.0.1:8787", "[::1]:8787", "0.0.0.0:80". */
import { isIP } from "node:net";
import { UsageError } from "../core/errors.ts";

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** whether nobody but this machine can reach it */
  readonly isLoopback: boolean;
}

/** @throws UsageError for what is no address */
export function listenAddress(text: string, where: string): ListenAddress {
  const found = /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
  const host = found?.[1] ?? found?.[2] ?? "";
  const port = Number(found?.[3] ?? NaN);
  if (host === "" || !(port <= 65_535)) {
    const mend = 'Write HOST:PORT, e.g. "127.0.0.1:8787"; port 0 is any free one';
    throw new UsageError({ problem: `"${text}" is no address to listen on`, where, mend });
  }
  return { host, port, isLoopback: isLoopback(host) };
}

/** A name may resolve to anything; only "localhost" is taken at its word. */
function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith("127.");
  return host === "localhost" || host === "::1";
}

/** Who may come in, for which models, and how often. */
import type { IncomingHttpHeaders } from "node:http";
import { fitsAny } from "../serving/name-patterns.ts";
import type { Answer, GatewayState, KeyFinding, Taken, VirtualKey } from "../gateway-state/state.ts";
import { ApiError } from "./api-error.ts";
import { clientKey } from "./client-key.ts";

/** The key a client shows. @throws ApiError 401 for none or one that is not in force, 503 where that cannot be known */
export function admitted({ keys }: Pick<GatewayState, "keys">, headers: IncomingHttpHeaders): Answer<VirtualKey> {
  const secret = clientKey(headers);
  if (secret === "") {
    const mend = "Send it as authorization: Bearer …, or as x-api-key";
    throw new ApiError({ status: 401, code: "key_missing", problem: "a key is needed", mend });
  }
  const finding = keys.find(secret);
  return finding instanceof Promise ? finding.then(keyOf) : keyOf(finding);
}

function keyOf(finding: KeyFinding): VirtualKey {
  if (finding.status === "valid") return finding.key;
  if (finding.status === "unavailable") {
    const problem = "keys cannot be looked up at the moment";
    throw new ApiError({ status: 503, code: "state_unavailable", problem, retryAfterMs: 1000 });
  }
  const said = { unknown: "the key is not known", revoked: "the key was revoked", expired: "the key has expired" };
  throw new ApiError({ status: 401, code: `key_${finding.status}`, problem: said[finding.status] });
}

/** Whether a key may ask for a model. */
export function mayAsk(key: Pick<VirtualKey, "models"> | undefined, model: string): boolean {
  return key?.models === undefined || fitsAny(model, key.models);
}

/** Takes one of a key's requests a minute, for what uses no tokens. @throws as `requireTaken` */
export async function takeRequest(
  { limits }: Pick<GatewayState, "limits">,
  key: VirtualKey | undefined,
): Promise<void> {
  if (key) requireTaken(await limits.take(key, 0));
}

/** @throws ApiError 429 with the wait, or 503 where limits cannot be looked up and fail closed */
export function requireTaken(taken: Taken): void {
  if (taken.ok) return;
  const { reason, retryAfterMs } = taken;
  if (reason === "unavailable") {
    const problem = "limits cannot be looked up at the moment";
    throw new ApiError({ status: 503, code: "state_unavailable", problem, retryAfterMs });
  }
  const problem = `this key's limit of ${reason} a minute is met`;
  throw new ApiError({ status: 429, code: "rate_limited", problem, retryAfterMs });
}

/**
 * Books an attempt that came to nothing. What the endpoint may bill for it is estimated, and the budget is told the same as the spend
 * log: the two agree, whatever endpoints do.
 */
import type { CallFailure } from "../../core/chat.ts";
import { EndpointError } from "../../providers/endpoint-error.ts";
import type { CallGuard } from "../call-guard.ts";
import type { RunningCall } from "../running-call.ts";
import type { FailedAttempt } from "../upstream/forward.ts";
import { costOfAttempt } from "./cost-of-call.ts";

/** The endpoint's own refusals, which nobody bills. An answer that was cut, late or unreadable may be billed. */
const refusals: ReadonlySet<CallFailure> = new Set(["rate-limit", "server", "refused"]);

export function bookAttempt(call: RunningCall, guard: CallGuard, attempt: FailedAttempt): void {
  const { model, endpoint, error, wasSent } = attempt;
  const isFailure = error instanceof EndpointError;
  const mayBeBilled = wasSent && !(isFailure && refusals.has(error.failure));
  const paid = mayBeBilled ? costOfAttempt(attempt, call) : undefined;
  if (!isFailure) {
    // It is the call's last: booked when the call is.
    call.givenUp = paid;
    return;
  }
  if (paid) guard.owe(paid.costUsd);
  call.failures.push({ model, endpoint, error, paid });
}

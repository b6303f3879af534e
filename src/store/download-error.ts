/** A download that did not work; `retriable` when the next attempt may. */
import { type ErrorFacts, SignalboxError } from "../core/errors.ts";

export class DownloadError extends SignalboxError {
  override readonly name = "DownloadError";
  readonly status: number | undefined;
  readonly retriable: boolean;

  constructor(facts: ErrorFacts & { readonly status?: number | undefined; readonly retriable?: boolean | undefined }) {
    super(facts);
    this.status = facts.status;
    this.retriable = facts.retriable ?? false;
  }
}

/** A cache that cannot be opened, read or written. What was paid for is in the journal all the same. */
import { SignalboxError } from "../core/errors.ts";

export class CacheError extends SignalboxError {
  override readonly name = "CacheError";
}

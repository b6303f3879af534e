/** A store of the gateway's state that cannot be opened, read or written. */
import { SignalboxError } from "../core/errors.ts";

export class StateError extends SignalboxError {
  override readonly name = "StateError";
}

/** The drift alarms of all routers that serve, and who is told of them. */
import type { DriftTest } from "./drift-monitor.ts";

/** A router's alarm was raised or lowered. */
export interface DriftChange extends DriftTest {
  readonly router: string;
}

export class DriftAlarms {
  readonly #raised = new Set<string>();
  #listener: ((change: DriftChange) => void) | undefined;

  /** routers whose alarm is raised */
  get raised(): string[] {
    return [...this.#raised];
  }

  /** Who is told from now on, in place of whoever was. */
  watch(listener: (change: DriftChange) => void): void {
    this.#listener = listener;
  }

  change(change: DriftChange): void {
    if (change.isDrifting) this.#raised.add(change.router);
    else this.#raised.delete(change.router);
    this.#listener?.(change);
  }
}

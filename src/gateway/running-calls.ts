/**
 * The calls under way of one generation, and whoever else holds what they are served by. No Set of calls: once the table of a Set
 * is old, V8 makes its next ones old as well, one every few dozen calls, and each keeps the calls that stood in it alive until old
 * space is swept. That was most of what a call left behind.
 */
import type { RunningCall } from "./running-call.ts";

export class RunningCalls {
  readonly #calls: RunningCall[] = [];
  readonly #onEmpty: (() => void)[] = [];
  #holds = 0;

  get size(): number {
    return this.#calls.length;
  }

  /** Those of this moment: they may end meanwhile. */
  [Symbol.iterator](): Iterator<RunningCall> {
    return this.#calls.slice().values();
  }

  add(call: RunningCall): void {
    call.place = this.#calls.push(call) - 1;
  }

  /** The last one takes its place. */
  delete(call: RunningCall): void {
    if (this.#calls[call.place] !== call) return;
    const last = this.#calls.pop();
    if (last !== undefined && last !== call) {
      last.place = call.place;
      this.#calls[call.place] = last;
    }
    this.#tell();
  }

  /** Nothing is closed while the work lasts, which is no call. */
  async during<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    this.#holds++;
    try {
      return await work();
    } finally {
      this.#holds--;
      this.#tell();
    }
  }

  async whenEmpty(): Promise<void> {
    if (!this.#isEmpty()) await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
  }

  #isEmpty(): boolean {
    return this.#calls.length + this.#holds === 0;
  }

  #tell(): void {
    if (this.#isEmpty()) for (const resolve of this.#onEmpty.splice(0)) resolve();
  }
}

/** The calls under way of one generation, and whoever else holds what they are served by. */
import type { RunningCall } from "./running-call.ts";

export class RunningCalls {
  readonly #calls = new Set<RunningCall>();
  readonly #onEmpty: (() => void)[] = [];
  #holds = 0;

  get size(): number {
    return this.#calls.size;
  }

  [Symbol.iterator](): Iterator<RunningCall> {
    return this.#calls.values();
  }

  add(call: RunningCall): void {
    this.#calls.add(call);
  }

  delete(call: RunningCall): void {
    if (this.#calls.delete(call)) this.#tell();
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
    return this.#calls.size + this.#holds === 0;
  }

  #tell(): void {
    if (this.#isEmpty()) for (const resolve of this.#onEmpty.splice(0)) resolve();
  }
}

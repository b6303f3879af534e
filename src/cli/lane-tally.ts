/** How far each model is: counts, spending, pace and time left. No clock and no terminal of its own. */
import { plural } from "../core/plural.ts";
import { count, usd } from "../report/format.ts";
import { timeText } from "./time-text.ts";

export interface LaneOutcome {
  readonly model: string;
  readonly outcome: "done" | "cached" | "failed";
  /** NaN where it is not known */
  readonly costUsd: number;
}

/** The pace is that since so many moments ago, each so many milliseconds or more after the one before. */
const paceMoments = 64;
const momentMs = 100;
/** Over less than this a pace is chance: a run that ends sooner has none. */
const shortestMs = 1000;

/** How many calls were made by then. */
interface Moment {
  readonly ms: number;
  readonly calls: number;
}

export class LaneTally {
  readonly name: string;
  readonly total: number;
  finished = 0;
  #failed = 0;
  #cached = 0;
  #costUsd = 0;
  #unknownCosts = 0;
  readonly #moments: Moment[] = [];
  #latest: Moment = { ms: NaN, calls: 0 };

  constructor(name: string, total: number) {
    this.name = name;
    this.total = total;
  }

  add({ outcome, costUsd }: Pick<LaneOutcome, "outcome" | "costUsd">, nowMs: number): void {
    this.finished++;
    if (outcome === "cached") return void this.#cached++;
    this.#latest = { ms: nowMs, calls: this.#latest.calls + 1 };
    if (!(nowMs - (this.#moments.at(-1)?.ms ?? -Infinity) < momentMs)) this.#moments.push(this.#latest);
    if (this.#moments.length > paceMoments) this.#moments.shift();
    if (outcome === "failed") this.#failed++;
    else if (Number.isNaN(costUsd)) this.#unknownCosts++;
    else this.#costUsd += costUsd;
  }

  /** Calls a second, lately; NaN while there is less than a second to measure over. */
  get pace(): number {
    const [first = this.#latest] = this.#moments;
    const [calls, ms] = [this.#latest.calls - first.calls, this.#latest.ms - first.ms];
    return ms >= shortestMs ? (1000 * calls) / ms : NaN;
  }

  /** "3.2/s, 0.0123 USD, 2 min left, 1 failed" */
  facts(): string {
    const { pace } = this;
    const left = (this.total - this.finished) / pace;
    const parts = [
      Number.isNaN(pace) ? "" : `${pace < 9.95 ? pace.toFixed(1) : count(pace)}/s`,
      `${usd(this.#costUsd)} USD${this.#unknownCosts > 0 ? ` and ${plural(this.#unknownCosts, "unknown cost")}` : ""}`,
      left > 0 && Number.isFinite(left) ? `${timeText(left)} left` : "",
      this.#cached > 0 ? `${count(this.#cached)} from the cache` : "",
      this.#failed > 0 ? `${count(this.#failed)} failed` : "",
    ];
    return parts.filter((part) => part !== "").join(", ");
  }
}

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

/** The pace is that of so many calls back. */
const paceCalls = 64;

export class LaneTally {
  readonly name: string;
  readonly total: number;
  finished = 0;
  #failed = 0;
  #cached = 0;
  #costUsd = 0;
  #unknownCosts = 0;
  readonly #recentMs: number[] = [];

  constructor(name: string, total: number) {
    this.name = name;
    this.total = total;
  }

  add({ outcome, costUsd }: Pick<LaneOutcome, "outcome" | "costUsd">, nowMs: number): void {
    this.finished++;
    if (outcome === "cached") return void this.#cached++;
    this.#recentMs.push(nowMs);
    if (this.#recentMs.length > paceCalls) this.#recentMs.shift();
    if (outcome === "failed") this.#failed++;
    else if (Number.isNaN(costUsd)) this.#unknownCosts++;
    else this.#costUsd += costUsd;
  }

  /** Calls a second, lately; NaN while there are not two to measure between. */
  get pace(): number {
    const [first = NaN] = this.#recentMs;
    const last = this.#recentMs.at(-1) ?? NaN;
    return last > first ? (1000 * (this.#recentMs.length - 1)) / (last - first) : NaN;
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

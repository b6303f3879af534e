/**
 * A budget in USD: what a call may cost is reserved before it goes out and settled after. Spent and reserved together never
 * exceed the limit by a new reservation; a call that turns out dearer than reserved can, by its own excess.
 */
export class Budget {
  readonly limitUsd: number;
  #spentUsd = 0;
  #reservedUsd = 0;
  #open = 0;
  #waiting: (() => void)[] = [];

  /** @param limitUsd Infinity for none */
  constructor(limitUsd: number, spentBeforeUsd = 0) {
    if (!(limitUsd >= 0)) throw new RangeError(`a budget of ${limitUsd} USD`);
    this.limitUsd = limitUsd;
    this.#spentUsd = spentBeforeUsd;
  }

  get spentUsd(): number {
    return this.#spentUsd;
  }

  get reservedUsd(): number {
    return this.#reservedUsd;
  }

  /** Resolves when the next reservation is settled, which may make room; at once when none is open. */
  async settling(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((wake) => this.#waiting.push(wake));
  }

  /** Whether there is room for it now. */
  fits(costUsd: number): boolean {
    return this.#spentUsd + this.#reservedUsd + costUsd <= this.limitUsd;
  }

  /** Whether there may be room once calls under way are settled. */
  mayFit(costUsd: number): boolean {
    return this.#open > 0 && this.#spentUsd + costUsd <= this.limitUsd;
  }

  /** The reservation, or undefined when it does not fit. */
  reserve(costUsd: number): Reservation | undefined {
    if (!(costUsd >= 0)) throw new RangeError(`a reservation of ${costUsd} USD`);
    if (!this.fits(costUsd)) return undefined;
    this.#reservedUsd += costUsd;
    this.#open++;
    let isOpen = true;
    return {
      costUsd,
      settle: (actualUsd) => {
        if (!isOpen) return;
        isOpen = false;
        this.#open--;
        // Sums of many small numbers drift: with nothing open nothing is reserved.
        this.#reservedUsd = this.#open === 0 ? 0 : this.#reservedUsd - costUsd;
        this.#spentUsd += actualUsd;
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const wake of waiting) wake();
      },
    };
  }
}

export interface Reservation {
  readonly costUsd: number;
  /** What the call did cost: 0 when it was not billed. A second settling counts for nothing. */
  readonly settle: (actualUsd: number) => void;
}

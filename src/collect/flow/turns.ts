/** So many at once; the others wait in the order they came. */
export class Turns {
  #taken = 0;
  readonly #atOnce: () => number;
  readonly #waiting: (() => void)[] = [];

  /** @param atOnce how many; where that grows, those that wait hear of it when a turn ends */
  constructor(atOnce: () => number) {
    this.#atOnce = atOnce;
  }

  /** Waits for a turn. What it gives ends the turn; a second call of it counts for nothing. */
  async take(): Promise<() => void> {
    if (this.#isFree()) this.#taken++;
    else await new Promise<void>((begin) => this.#waiting.push(begin));
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#taken--;
      while (this.#waiting.length > 0 && this.#isFree()) {
        this.#taken++;
        this.#waiting.shift()?.();
      }
    };
  }

  #isFree(): boolean {
    return this.#taken < this.#atOnce();
  }
}

/** One answer of a set as the set's figures see it. */
export interface ScoredAnswer {
  /** 0 … 1; NaN = not graded, left out of every figure */
  readonly score: number;
  /** what was read and what was right, as labels: "" where nothing was read */
  readonly prediction: string;
  readonly truth: string;
  /** the record's index: answers to one item are samples of one another. Two items may have one text. */
  readonly item: number | string;
  readonly parts: Readonly<Record<string, number>>;
}

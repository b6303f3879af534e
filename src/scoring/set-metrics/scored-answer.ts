/** One answer of a set as the set's figures see it. */
export interface ScoredAnswer {
  /** 0 … 1; NaN = not graded, left out of every figure */
  readonly score: number;
  /** what was read and what was right, as labels: "" where nothing was read */
  readonly prediction: string;
  readonly truth: string;
  /** answers to one prompt are samples of one another */
  readonly prompt: string;
  readonly parts: Readonly<Record<string, number>>;
}

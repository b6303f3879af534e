/** One figure of a whole set, with its interval. NaN where it is not defined. */
export interface SetFigure {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** the interval's level: 0.95, or 0.9 where the source of the figure says so */
  readonly level: number;
  /** answers (or prompts, or games) behind it */
  readonly count: number;
}

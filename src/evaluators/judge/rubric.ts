/** How one kind of question is judged: what the judge is told, and how its reply is read. */

export interface JudgedAnswer {
  /** the question as it was asked; "" where it is not known */
  readonly question: string;
  readonly truth: string;
  /** what of the response the judge sees */
  readonly answer: string;
}

export interface Verdict {
  /** 0 … 1 */
  readonly score: number;
  /** the judge's word in the rubric's own spelling: "correct", "not-attempted", "8 of 10" */
  readonly grade: string;
  readonly parts?: Readonly<Record<string, number>>;
}

export interface Rubric {
  /** "simpleqa/1": raise the number with any change of the words */
  readonly id: string;
  /** The task, without the texts to be judged. */
  readonly task: string;
  /** JSON schema of the reply; the text forms are read too. */
  readonly replySchema: object;
  /** What of a response is judged; the visible text when left out. */
  readonly answerOf?: (visible: string) => string;
  /** Undefined when the reply holds no verdict, or one that is not of the scale. */
  readonly read: (reply: string) => Verdict | undefined;
}

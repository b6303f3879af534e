/** The words of an answer. `name` calls for an argument (frac, sqrt, sin); `word` came from \text{} or plain prose. */
export interface Token {
  readonly kind: "number" | "symbol" | "name" | "word" | "op" | "open" | "close";
  readonly text: string;
  /** whether space stood before it */
  readonly spaced: boolean;
}

export const isOp = (token: Token | undefined, ...texts: readonly string[]): boolean =>
  token?.kind === "op" && texts.includes(token.text);

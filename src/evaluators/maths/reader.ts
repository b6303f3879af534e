/** A cursor over the tokens of one scalar. The parser's files share it; none keeps a token back. */
import { limits } from "./limits.ts";
import { MathsLimit } from "./maths-limit.ts";
import type { Token } from "./token.ts";
import { UnreadableMaths } from "./unreadable-maths.ts";

export interface Reader {
  readonly tokens: Token[];
  at: number;
  depth: number;
  /** bars open at this point: a bar inside one closes it */
  bars: number;
  /** inside the argument of a trigonometric function a degree sign means π/180 */
  inAngle: boolean;
}

export const newReader = (tokens: readonly Token[]): Reader => ({
  tokens: [...tokens],
  at: 0,
  depth: 0,
  bars: 0,
  inAngle: false,
});

export const peek = (reader: Reader, ahead = 0): Token | undefined => reader.tokens[reader.at + ahead];

export function take(reader: Reader): Token {
  const token = reader.tokens[reader.at++];
  if (!token) throw new UnreadableMaths("the expression ends too soon");
  return token;
}

export function expect(reader: Reader, kind: Token["kind"], text: string): void {
  const token = take(reader);
  if (token.kind !== kind || token.text !== text) throw new UnreadableMaths(`${text} expected, ${token.text} found`);
}

/** Runs a rule one level deeper. */
export function deeper<T>(reader: Reader, rule: () => T): T {
  if (++reader.depth > limits.depth) throw new MathsLimit("nested too deep");
  const value = rule();
  reader.depth--;
  return value;
}

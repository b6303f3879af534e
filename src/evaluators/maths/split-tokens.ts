/** Brackets over tokens. An interval may open round and close square, so any bracket closes any but its own kind's depth counts. */
import type { Token } from "./token.ts";

/** The runs between the tokens that satisfy the test, outside all brackets, and those tokens. */
export function splitTokens(
  tokens: readonly Token[],
  test: (token: Token, index: number) => boolean,
): { readonly parts: readonly (readonly Token[])[]; readonly separators: readonly Token[] } {
  const parts: Token[][] = [[]];
  const separators: Token[] = [];
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    depth += token.kind === "open" ? 1 : token.kind === "close" ? -1 : 0;
    if (depth === 0 && token.kind !== "close" && test(token, index)) {
      separators.push(token);
      parts.push([]);
    } else parts.at(-1)?.push(token);
  }
  return { parts, separators };
}

/** Whether the first token opens a bracket that the last one closes. */
export function isEnclosed(tokens: readonly Token[]): boolean {
  if (tokens[0]?.kind !== "open" || tokens.length < 2) return false;
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    depth += token.kind === "open" ? 1 : token.kind === "close" ? -1 : 0;
    if (depth === 0) return index === tokens.length - 1;
  }
  return false;
}

/** Counts the tokens of a text as OpenAI's newer models do (o200k): an estimate for any other. */
import { tokenCounter } from "./token-counter.ts";

/** Tokens of the text; marks such as <|endoftext|> count as the plain text they are. */
export async function countTokens(text: string): Promise<number> {
  return text === "" ? 0 : (await tokenCounter()).count(text);
}

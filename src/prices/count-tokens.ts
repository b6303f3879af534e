/** Counts the tokens of a text as OpenAI's newer models do (o200k): an estimate for any other. The tokeniser is loaded on use. */

/** Tokens of the text; marks such as <|endoftext|> count as the plain text they are. */
export async function countTokens(text: string): Promise<number> {
  if (text === "") return 0;
  const tokeniser = await import("gpt-tokenizer/encoding/o200k_base");
  return tokeniser.countTokens(text, { disallowedSpecial: new Set() });
}

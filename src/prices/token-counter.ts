/**
 * Counts tokens where no provider has: before a call, or when a reply came without usage. An estimate, whatever it says:
 * every maker cuts text in its own way.
 */
export interface TokenCounter {
  /** what counts, in words for a report */
  readonly name: string;
  readonly count: (text: string) => number;
}

/** Of English prose; other languages and code have fewer characters to a token. */
const charactersPerToken = 4;

/** Merging takes time by the square of an unbroken run: 200,000 times "a" took 19 s whole, 0.4 s in pieces. */
const pieceLength = 4000;

/** OpenAI's o200k_base, loaded on use; a quarter of the characters where the package is not there. */
export async function tokenCounter(): Promise<TokenCounter> {
  const tokenizer = await import("gpt-tokenizer/encoding/o200k_base").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  });
  if (tokenizer === undefined) return countByCharacters;
  // A prompt may speak of <|endoftext|>: it is text like any other here.
  const options = { disallowedSpecial: new Set<string>() };
  return {
    name: "o200k_base",
    count: (text) => {
      let tokens = 0;
      for (let at = 0; at < text.length; at += pieceLength)
        tokens += tokenizer.countTokens(text.slice(at, at + pieceLength), options);
      return tokens;
    },
  };
}

/** The fall-back: no tokenizer, a rule of thumb. */
export const countByCharacters: TokenCounter = {
  name: `${charactersPerToken} characters a token`,
  count: (text) => Math.ceil(text.length / charactersPerToken),
};

/** Collects the pieces of a streamed answer: what is said, and what is thought aloud. */
export interface SpokenParts {
  /** Takes the next piece; "" is none. */
  readonly add: (text: string, thought: string) => void;
  readonly hasBegun: () => boolean;
  readonly spoken: () => { readonly text: string; readonly reasoning: string | undefined };
}

export function spokenParts(): SpokenParts {
  const [texts, thoughts]: [string[], string[]] = [[], []];
  return {
    add(text, thought) {
      if (text !== "") texts.push(text);
      if (thought !== "") thoughts.push(thought);
    },
    hasBegun: () => texts.length + thoughts.length > 0,
    spoken: () => ({ text: texts.join(""), reasoning: thoughts.length > 0 ? thoughts.join("") : undefined }),
  };
}

/** Input tokens of a data set's prompts: counted for some thousand of them, the others taken by their length. */
import type { TokenCounter } from "../prices/token-counter.ts";
import type { LoadedDataset } from "./engine/plan.ts";

export interface PromptTokens {
  /** of the prompt at that place of the data set, its system message included; undefined for a place it does not have */
  at(index: number): number | undefined;
  /** how many were counted in earnest */
  readonly counted: number;
}

/** Counting a million prompts would take minutes; the mean of so many is known to a per cent or two. */
const mostCounted = 5000;
/** What a message costs beside its text, about. */
const tokensPerMessage = 4;

export function countPromptTokens({ config, prompts }: LoadedDataset, counter: TokenCounter): PromptTokens {
  const system = config.system === undefined ? 0 : counter.count(config.system) + tokensPerMessage;
  const step = Math.max(1, Math.ceil(prompts.length / mostCounted));
  const tokens = new Map<number, number>();
  let characters = 0;
  let counted = 0;
  let sum = 0;
  for (let i = 0; i < prompts.length; i += step) {
    const { text, index } = prompts[i] ?? { text: "", index: 0 };
    const own = counter.count(text);
    tokens.set(index, own);
    characters += text.length;
    sum += own;
    counted++;
  }
  const perCharacter = characters === 0 ? 0 : sum / characters;
  for (const { text, index } of prompts) {
    if (!tokens.has(index)) tokens.set(index, Math.ceil(text.length * perCharacter));
  }
  return {
    counted,
    at: (index) => {
      const own = tokens.get(index);
      return own === undefined ? undefined : own + tokensPerMessage + system;
    },
  };
}

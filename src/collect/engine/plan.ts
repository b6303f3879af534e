/** Which calls a configuration asks for: data sets × prompts × samples, model by model, drawn as needed. */
import { hash } from "node:crypto";
import { answerKey, questionDigester } from "../../cache/question.ts";
import type { ChatMessage, ChatRequest } from "../../core/chat.ts";
import { costUsd } from "../../prices/price.ts";
import type { Price } from "../../prices/price.ts";
import type { DatasetConfig, ModelConfig } from "../config.ts";
import { askedOf } from "../model-provider.ts";
import type { PlacedPrompt } from "../prompts.ts";
import type { PlannedCall } from "./caller.ts";

/** A data set of the configuration with its prompts. */
export interface LoadedDataset {
  readonly config: DatasetConfig;
  readonly prompts: readonly PlacedPrompt[];
}

/** About how many characters make a token, on the careful side: a reservation must not be too small. */
const charactersPerToken = 3;
/** What a message costs beside its text. */
const tokensPerMessage = 8;
/** Reserved for an answer whose length is not limited. */
const longAnswer = 4096;

/** The calls of one model; `price` undefined = not priced, nothing is reserved. */
export function* plannedCalls(
  model: ModelConfig,
  datasets: readonly LoadedDataset[],
  samples: number,
  price: Price | undefined,
): Generator<PlannedCall> {
  const digestOf = questionDigester(askedOf(model));
  for (const { config, prompts } of datasets) {
    for (const { dataset, split, index, text } of prompts) {
      const request = requestOf(model, config, text);
      const tokens = guessTokens(request);
      const digest = digestOf(request.messages);
      for (let sample = 0; sample < samples; sample++) {
        yield {
          key: hash("sha256", JSON.stringify([digest, dataset, split, index, sample]), "base64url"),
          cacheKey: answerKey(digest, sample),
          dataset,
          split,
          index,
          model: model.name,
          sample,
          request,
          tokensGuess: tokens.inputTokens + tokens.outputTokens,
          mostUsd: price ? costUsd({ ...tokens, ...partsUnknown }, price) : 0,
        };
      }
    }
  }
}

const partsUnknown = { cachedInputTokens: NaN, cacheWriteTokens: NaN, reasoningTokens: NaN };

function requestOf({ model, parameters }: ModelConfig, { system }: DatasetConfig, text: string): ChatRequest {
  const user: ChatMessage = { role: "user", content: text };
  return { model, parameters, messages: system === undefined ? [user] : [{ role: "system", content: system }, user] };
}

/** A careful guess: more input than there will be, and the longest answer allowed. */
function guessTokens({ messages, parameters }: ChatRequest): { inputTokens: number; outputTokens: number } {
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  return {
    inputTokens: Math.ceil(characters / charactersPerToken) + tokensPerMessage * messages.length,
    outputTokens: parameters.maxOutputTokens ?? longAnswer,
  };
}

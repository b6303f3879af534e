/** Which calls a configuration asks for: data sets × prompts × samples, model by model, drawn as needed. */
import { hash } from "node:crypto";
import { answerKey, askedDigest, messagesDigest, questionDigest } from "../../cache/question.ts";
import type { ChatMessage, ChatRequest } from "../../core/chat.ts";
import type { Price } from "../../prices/price.ts";
import type { DatasetConfig, ModelConfig } from "../config-schema.ts";
import { askedOf } from "../model-provider.ts";
import type { PlacedPrompt } from "../prompts.ts";
import { callCeiling } from "./call-ceiling.ts";
import type { PlannedCall } from "./caller.ts";

/** A data set of the configuration with its prompts, in the order of their indices. */
export interface LoadedDataset {
  readonly config: DatasetConfig;
  readonly prompts: readonly PlacedPrompt[];
}

/** Under which name and split its results stand. */
export function placeOfDataset({ config: { id, split = "test" } }: LoadedDataset): { dataset: string; split: string } {
  return { dataset: id, split };
}

/** A call by its key and its place, without what it takes to make it. */
export interface PlannedPlace {
  readonly key: string;
  readonly prompt: PlacedPrompt;
  /** position in the data set's prompts */
  readonly position: number;
  readonly sample: number;
}

/** The places of one model's calls in one data set, in the order they are made: cheap enough for a million. */
export function* plannedPlaces(model: ModelConfig, loaded: LoadedDataset, samples: number): Generator<PlannedPlace> {
  const asked = askedDigest(askedOf(model));
  const digests = promptDigests(loaded);
  for (const [position, prompt] of loaded.prompts.entries()) {
    const { dataset, split, index } = prompt;
    for (let sample = 0; sample < samples; sample++) {
      // With its name: two entries may ask one model the same, at different prices or by different keys.
      const place = JSON.stringify([model.name, asked, digests[position], dataset, split, index, sample]);
      yield { key: hash("sha256", place, "base64url"), prompt, position, sample };
    }
  }
}

/** The calls of one model; `price` undefined = not priced, nothing is reserved. `isOpen` tells those to be made. */
export function* plannedCalls(
  model: ModelConfig,
  datasets: readonly LoadedDataset[],
  samples: number,
  price: Price | undefined,
  isOpen: (key: string) => boolean = () => true,
): Generator<PlannedCall> {
  const asked = askedDigest(askedOf(model));
  for (const loaded of datasets) {
    for (const { key, prompt, position, sample } of plannedPlaces(model, loaded, samples)) {
      if (!isOpen(key)) continue;
      const { dataset, split, index, text } = prompt;
      const request = requestOf(model, loaded.config, text);
      yield {
        key,
        cacheKey: answerKey(questionDigest(asked, promptDigests(loaded)[position] ?? ""), sample),
        dataset,
        split,
        index,
        model: model.name,
        sample,
        request,
        ...callCeiling(request, price),
      };
    }
  }
}

const digestsOf = new WeakMap<LoadedDataset, readonly string[]>();

/** The digest of what is said for each prompt: made once, though every model is asked. */
function promptDigests(loaded: LoadedDataset): readonly string[] {
  const digests =
    digestsOf.get(loaded) ?? loaded.prompts.map(({ text }) => messagesDigest(messagesOf(loaded.config, text)));
  digestsOf.set(loaded, digests);
  return digests;
}

function requestOf({ model, parameters }: ModelConfig, config: DatasetConfig, text: string): ChatRequest {
  return { model, parameters, messages: messagesOf(config, text) };
}

/** What is said to every model for one prompt. */
export function messagesOf({ system }: Pick<DatasetConfig, "system">, text: string): ChatMessage[] {
  const user: ChatMessage = { role: "user", content: text };
  return system === undefined ? [user] : [{ role: "system", content: system }, user];
}

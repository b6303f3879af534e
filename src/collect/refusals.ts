/** Everything for which `collect` would refuse to start: all of it at once, by the very checks that `collect` makes. */
import { SignalboxError, UsageError } from "../core/errors.ts";
import { pricesOf } from "./collect.ts";
import type { CollectOptions } from "./collect.ts";
import type { CollectConfig } from "./config-schema.ts";
import { apiKeyOf } from "./engine/api-key-of.ts";
import { checkedBaseUrl } from "./record-hosted.ts";

export async function refusals(
  { models, prices }: CollectConfig,
  { environment, allowUnpriced }: Pick<CollectOptions, "environment" | "allowUnpriced">,
): Promise<SignalboxError[]> {
  const found: SignalboxError[] = [];
  for (const model of models) {
    const one = { models: [model], prices };
    for (const check of [
      () => addressOf(model),
      () => apiKeyOf(model, environment),
      () => pricesOf(one, allowUnpriced),
    ] as const) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- no I/O: in the order of the file
        await check();
      } catch (error) {
        if (!(error instanceof SignalboxError)) throw error;
        if (!found.some(({ message }) => message === error.message)) found.push(error);
      }
    }
  }
  return found;
}

function addressOf({ name, baseUrl }: CollectConfig["models"][number]): void {
  try {
    if (baseUrl !== undefined) checkedBaseUrl(baseUrl);
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error;
    throw new UsageError({ problem: error.problem, where: `baseUrl of model ${name}`, mend: error.mend });
  }
}

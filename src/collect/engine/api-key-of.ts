/** A model's key, from the environment: it stands in no file, no job and no journal. */
import { UsageError } from "../../core/errors.ts";
import type { ModelConfig } from "../config-schema.ts";

/** The key; undefined when the model needs none. @throws UsageError when the variable that should hold it is not set */
export function apiKeyOf(
  { name, keyEnv }: ModelConfig,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const key = keyEnv === undefined ? undefined : environment[keyEnv];
  if (keyEnv !== undefined && (key === undefined || key === "")) {
    throw new UsageError({
      problem: `the environment variable ${keyEnv} is not set`,
      where: `model ${name}`,
      mend: `Set it to the key: export ${keyEnv}=...`,
    });
  }
  return key;
}

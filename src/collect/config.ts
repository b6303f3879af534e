/** signalbox.yaml read, with the place of all that is wrong in it. */
import { redisPasswordVariable } from "../cache/open-cache.ts";
import { UsageError } from "../core/errors.ts";
import { requireAll } from "../core/require-all.ts";
import { checkedYaml, openYaml, placeAt } from "../store/yaml-file.ts";
import { refuseLiteralKeys } from "./literal-key.ts";
import { formatNotes, withProvider } from "./model-provider.ts";
import { isReferenceConfig, referenceConfigOf } from "./reference-config.ts";
import { collectSchema } from "./config-schema.ts";
import type { CollectConfig, DatasetConfig, ModelConfig } from "./config-schema.ts";

/** A configuration, and what a reader of its file should know. */
export interface OpenedConfig {
  readonly config: CollectConfig;
  readonly format: "signalbox" | "llmrouterbench";
  /** what was understood otherwise than it stands there, or not read at all */
  readonly notes: readonly string[];
}

/** As `openConfig`, without the notes. */
export async function readCollectConfig(path: string): Promise<CollectConfig> {
  return (await openConfig(path)).config;
}

/**
 * Reads signalbox.yaml, or a collector configuration of LLMRouterBench.
 * @throws UsageError with file, line and column of everything that is wrong; for two of one name; for a key that stands in the file.
 */
export async function openConfig(path: string): Promise<OpenedConfig> {
  const file = await openYaml(path, "Write one with: npx signalbox init");
  refuseLiteralKeys(file);
  if (isReferenceConfig(file)) {
    const { input, notes } = referenceConfigOf(file);
    const config = requireSound(collectSchema.parse(input), path, () => path);
    return { config, format: "llmrouterbench", notes: [...notes, ...formatNotes(config)] };
  }
  const config = requireSound(checkedYaml(file, collectSchema), path, (...keys) => placeAt(file, ...keys));
  return { config, format: "signalbox", notes: formatNotes(config) };
}

/** "path:line:column" of what stands there, or the path alone where the file is not of our form. */
type PlaceOf = (...keys: readonly (string | number)[]) => string;

function requireSound(config: CollectConfig, path: string, placeOf: PlaceOf): CollectConfig {
  const { models, datasets, cache } = config;
  const names = models.map((one) => one.name);
  const sets = datasets.map(({ id, split }) => `${id}/${split ?? "test"}`);
  requireAll(path, [
    () => requireUnique(names, "model", (entry) => placeOf("models", entry, "name")),
    () => requireUnique(sets, "data set", (entry) => placeOf("datasets", entry, "id")),
    ...datasets.map((one, entry) => () => refuseMixed(one, placeOf("datasets", entry))),
    () => refusePassword(cache, placeOf("cache")),
    ...models.map((one, entry) => () => requireVariable(one, placeOf("models", entry, "keyEnv"))),
    ...models.map((one, entry) => () => withProvider(one, placeOf("models", entry))),
  ]);
  return { ...config, models: models.map((one) => withProvider(one, path)) };
}

function requireVariable({ name: label, keyEnv }: ModelConfig, place: string): void {
  if (keyEnv === undefined || /^[A-Za-z_][A-Za-z0-9_]*$/.test(keyEnv)) return;
  // The value is not shown: it may be a key.
  throw new UsageError({
    problem: "keyEnv is not the name of an environment variable",
    where: `${place}, model ${label}`,
    mend: "Put the key into the environment, and its variable's name here, e.g. keyEnv: OPENAI_API_KEY",
  });
}

/** Keys that say nothing of a data set of its kind. */
function refuseMixed({ id, path: file, map, from, template }: DatasetConfig, path: string): void {
  const [known, own] = [{ from, template }, { map }];
  const stray = Object.entries(file === undefined ? own : known).find(([, value]) => value !== undefined)?.[0];
  if (stray === undefined) return;
  throw new UsageError({
    problem: file === undefined ? `${stray} needs a path` : `${stray} is for known data sets, not for a path`,
    where: `${path}, data set ${id}`,
    mend: file === undefined ? "Name the file with path." : "Leave one of the two out.",
  });
}

function refusePassword(cache: string | undefined, path: string): void {
  if (cache === undefined || !URL.canParse(cache) || new URL(cache).password === "") return;
  throw new UsageError({
    problem: "cache holds a password",
    where: path,
    mend: `Put it into the environment variable ${redisPasswordVariable}, and leave it out of the address.`,
  });
}

/** @throws UsageError naming the first name that stands twice, at its second place */
export function requireUnique(names: readonly string[], what: string, placeOf: (entry: number) => string): void {
  const second = names.findIndex((candidate, i) => names.indexOf(candidate) !== i);
  if (second === -1) return;
  throw new UsageError({
    problem: `two entries for the ${what} "${names[second]}"`,
    where: placeOf(second),
    mend: "Give each a name of its own.",
  });
}

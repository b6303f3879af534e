/** Which cache of answers a command uses: as asked on the command line, else as configured, else the user's own. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { CacheError } from "../cache/cache-error.ts";
import { defaultAnswerFolder, isRedisAddress, openCache } from "../cache/open-cache.ts";
import type { OpenedCache } from "../cache/open-cache.ts";
import type { CollectConfig } from "../collect/config-schema.ts";
import type { CacheUse } from "../collect/engine/call-cache.ts";
import { plural } from "../core/plural.ts";
import { note } from "./terminal.ts";

export interface CacheOptions {
  readonly cache?: string | boolean | undefined;
  readonly cacheOptional?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** Adds --cache, --no-cache and --cache-optional. */
export function withCacheOptions(command: Command): Command {
  return command
    .option("--cache <place>", "where answers are kept: a folder, or redis://HOST:PORT (default: as configured)")
    .option("--no-cache", "neither look for answers paid for before, nor keep new ones")
    .option("--cache-optional", "go on without the cache when it cannot be reached");
}

/** Where the cache is; undefined for none. Folders of a configuration are read from its own. */
export function cachePlace(
  { cache: asked }: CacheOptions,
  { cache: configured }: Pick<CollectConfig, "cache">,
  configFolder: string,
): string | undefined {
  if (asked === false) return undefined;
  if (typeof asked === "string") return asked === "off" ? undefined : asked;
  if (configured === undefined) return defaultAnswerFolder(process.env);
  if (configured === "off") return undefined;
  return isRedisAddress(configured) ? configured : resolve(configFolder, configured);
}

/** Runs `work` with the cache at `place`, or without one. @throws CacheError when it cannot be opened, unless it is optional */
export async function withCache<Result>(
  place: string | undefined,
  options: CacheOptions,
  work: (use: CacheUse | undefined) => Promise<Result>,
): Promise<Result> {
  if (place === undefined) return await work(undefined);
  const isOptional = options.cacheOptional ?? false;
  const tell = (text: string): void => {
    if (!options.quiet) note(`note: ${text}`);
  };
  const opened = await openCache(place, process.env).catch((error: unknown): undefined => {
    if (!(error instanceof CacheError) || !isOptional) throw error;
    tell(`${error.where}: ${error.problem}; going on without it`);
  });
  if (opened === undefined) return await work(undefined);
  return await closing(opened, tell, async ({ cache }) => {
    const onTrouble = ({ where, problem }: CacheError): void =>
      tell(`${where}: ${problem}; answers are not kept there`);
    return await work({ cache, isOptional, onTrouble });
  });
}

async function closing<Result>(
  opened: OpenedCache,
  tell: (text: string) => void,
  work: (opened: OpenedCache) => Promise<Result>,
): Promise<Result> {
  try {
    for (const text of opened.notes) tell(text);
    return await work(opened);
  } finally {
    const { damaged } = opened.cache;
    if (damaged > 0)
      tell(`${plural(damaged, "damaged entry", "damaged entries")} of the cache not used: signalbox cache prune`);
    await opened.cache.close();
  }
}

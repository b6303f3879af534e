/** What serve serves by: the configuration with its models, and the routers; read at the start, and again at every reload. */
import { basename, dirname, join, resolve } from "node:path";
import { openPriceBook } from "../collect/prices/open-price-book.ts";
import { UsageError } from "../core/errors.ts";
import { loadRouter } from "../experiment/artefact.ts";
import type { SavedRouter } from "../experiment/artefact.ts";
import { readServeConfig } from "../gateway/config.ts";
import type { ServeConfig } from "../gateway/config.ts";
import type { GatewayParts } from "../gateway/gateway-parts.ts";
import { openModels } from "../gateway/open-models.ts";
import type { Decider } from "../serving/decider.ts";
import { fileState } from "./file-state.ts";
import { openServing } from "../serving/serving-settings.ts";

export interface PartsAsked {
  /** as on the command line, "NAME=FOLDER" or a folder; undefined = those of the configuration */
  readonly router: readonly string[] | undefined;
  readonly config: string;
  readonly listen: string | undefined;
}

export interface OpenedParts extends GatewayParts {
  readonly close: () => Promise<void>;
  /** what the operator should know */
  readonly notes: readonly string[];
  /** of which a change is worth a reload, each as it stood before it was read (file-state.ts) */
  readonly files: ReadonlyMap<string, string>;
}

/** @throws UsageError for what the configuration says wrongly; as `openModels` and `openServing` */
export async function openParts(asked: PartsAsked, environment: NodeJS.ProcessEnv): Promise<OpenedParts> {
  const files = new Map([[asked.config, await fileState(asked.config)]]);
  const config = await readServeConfig(asked.config);
  const settings = { ...config.gateway, ...(asked.listen !== undefined && { listen: asked.listen }) };
  const routers = asked.router ? namedRouters(asked.router) : configuredRouters(config, asked.config);
  // Before the keys: a folder that holds no router is the first thing to mend.
  for (const folder of Object.values(routers)) {
    const path = join(folder, "router.json");
    // oxlint-disable-next-line no-await-in-loop -- a handful
    files.set(path, await fileState(path));
  }
  const loaded = await loadedRouters(routers);
  const opened = openModels(config, { environment, prices: await openPriceBook(config.prices) });
  let decider: Decider | undefined;
  const close = async (): Promise<void> => {
    await decider?.close();
    await opened.close();
  };
  try {
    decider = await openServing(loaded, settings, (name) => opened.models.get(name)?.price);
    return {
      settings,
      models: opened.models,
      decider,
      secrets: opened.secrets,
      notes: [...opened.notes, ...decider.warnings, ...poolNotes(decider, config)],
      files,
      close,
    };
  } catch (error) {
    // Each reload that fails would leave its encoder otherwise, and the threads it works in.
    await close();
    throw error;
  }
}

async function loadedRouters(folders: Readonly<Record<string, string>>): Promise<Record<string, SavedRouter>> {
  const loading = Object.entries(folders).map(async ([name, folder]) => [name, await loadRouter(folder)] as const);
  return Object.fromEntries(await Promise.all(loading));
}

/** "fast=folder", or a folder, whose name it then has. @throws UsageError for two of one name */
function namedRouters(texts: readonly string[]): Record<string, string> {
  const named = texts.map((text) => {
    const [, name, folder = text] = /^([A-Za-z0-9][\w.-]*)=(.+)$/.exec(text) ?? [];
    return [name ?? basename(resolve(folder)), folder] as const;
  });
  const twice = named.find(([name], i) => named.findIndex(([other]) => other === name) !== i);
  if (twice === undefined) return Object.fromEntries(named);
  const mend = "Give each a name of its own: --router fast=FOLDER careful=FOLDER";
  throw new UsageError({ problem: `two routers of the name "${twice[0]}"`, where: "--router", mend });
}

/** Folders are read from the file's own. */
function configuredRouters({ gateway }: ServeConfig, path: string): Record<string, string> {
  const entries = Object.entries(gateway.routers ?? {});
  if (entries.length > 0)
    return Object.fromEntries(entries.map(([name, folder]) => [name, resolve(dirname(path), folder)]));
  const mend = "Give what signalbox fit wrote: --router FOLDER, or gateway.routers in the file.";
  throw new UsageError({ problem: "no router is named", where: path, mend });
}

/** Models of the router that cannot be asked are never chosen. @throws UsageError when none of them can be */
function poolNotes(decider: Decider, { models }: ServeConfig): string[] {
  const served = new Set(models.map(({ name }) => name));
  const missing = decider.models.filter((name) => !served.has(name));
  if (missing.length === decider.models.length) {
    throw new UsageError({
      problem: "none of the router's models is in the configuration",
      where: "models",
      mend: `Name them as the router does: ${decider.models.join(", ")}.`,
    });
  }
  return missing.length > 0 ? [`not in the configuration, and so never chosen: ${missing.join(", ")}`] : [];
}

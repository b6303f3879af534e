/** Where the gateway keeps its state and its logs: as asked, else as signalbox.yaml says. Folders of a file are read from its own. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { GatewaySettings } from "../gateway/config.ts";
import { checkedYaml, openYaml } from "../store/yaml-file.ts";
import { logFields } from "../gateway-state/log-settings.ts";

/** Only what is needed here: the gateway checks the rest. */
const fileSchema = z.object({
  models: z
    .array(z.object({ name: z.string() }))
    .optional()
    .catch(undefined),
  gateway: z
    .object({ state: z.string().min(1).default("memory"), spendLog: logFields.spendLog, log: logFields.log })
    .prefault({}),
});

export interface GatewayPlace {
  readonly state: string;
  readonly spendLog: string;
  /** undefined = calls are not written down */
  readonly log?: GatewaySettings["log"];
  /** names of the configuration; undefined = it holds none, or there is none */
  readonly models?: readonly string[] | undefined;
}

const defaultConfig = "signalbox.yaml";

/** @param config a file that must be there; undefined = the one of this folder, where there is one */
export async function gatewayPlace(config: string | undefined): Promise<GatewayPlace> {
  const path = config ?? (existsSync(defaultConfig) ? defaultConfig : undefined);
  const content =
    path === undefined ? fileSchema.parse({}) : checkedYaml(await openYaml(path, "Check --config."), fileSchema);
  const models = content.models?.map(({ name }) => name);
  return { ...placeOf(content.gateway, path ?? defaultConfig), models };
}

/** The same, of a configuration that was read. */
export function placeOf({ state, spendLog, log }: GatewayPlace, config: string): GatewayPlace {
  const folder = dirname(resolve(config));
  const isFolder = state !== "memory" && !/^[a-z][a-z0-9+.-]+:\/\//i.test(state);
  return {
    state: isFolder ? resolve(folder, state) : state,
    spendLog: spendLog === "off" ? "off" : resolve(folder, spendLog),
    log: log && { ...log, path: resolve(folder, log.path) },
  };
}

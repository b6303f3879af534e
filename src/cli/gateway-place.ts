/** Where the gateway keeps its state and its logs: as asked, else as signalbox.yaml says. Folders of a file are read from its own. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { checkedYaml, openYaml } from "../store/yaml-file.ts";
import { stateFields } from "../gateway-state/state-settings.ts";

const { state, spendLog } = stateFields;
/** Only what is needed here: the gateway checks the rest. */
const fileSchema = z.object({ gateway: z.object({ state, spendLog }).prefault({}) });

export interface GatewayPlace {
  readonly state: string;
  readonly spendLog: string;
}

const defaultConfig = "signalbox.yaml";

/** @param config a file that must be there; undefined = the one of this folder, where there is one */
export async function gatewayPlace(config: string | undefined): Promise<GatewayPlace> {
  const path = config ?? (existsSync(defaultConfig) ? defaultConfig : undefined);
  const content =
    path === undefined ? fileSchema.parse({}) : checkedYaml(await openYaml(path, "Check --config."), fileSchema);
  const { gateway } = content;
  const folder = dirname(resolve(path ?? defaultConfig));
  const isFolder = gateway.state !== "memory" && !/^[a-z][a-z0-9+.-]+:\/\//i.test(gateway.state);
  return {
    state: isFolder ? resolve(folder, gateway.state) : gateway.state,
    spendLog: gateway.spendLog === "off" ? "off" : resolve(folder, gateway.spendLog),
  };
}

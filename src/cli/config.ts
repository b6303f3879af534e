/** The YAML config of `compare` and `fit`: the same words as the options, which win over it. Unknown keys are errors. */
import { z } from "zod";
import { readYaml } from "../store/yaml-file.ts";

const names = z.array(z.string());

const configSchema = z.strictObject({
  models: names.optional(),
  datasets: names.optional(),
  splits: names.optional(),
  excludeModels: names.optional(),
  excludeDatasets: names.optional(),
  excludeSplits: names.optional(),
  referenceModels: names.optional(),
  unscored: z.enum(["missing", "zero"]).optional(),
  map: z.record(z.string(), z.string()).optional(),
  cache: z.string().optional(),
  routers: names.optional(),
  routerOptions: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .optional()
    .describe("router name → its options"),
  seeds: z.array(z.int().nonnegative()).optional(),
  trainRatio: z.number().optional(),
  ood: names.optional(),
  split: z.enum(["native", "compat"]).optional(),
  encoder: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
  bestSingle: z.string().optional(),
  threads: z.int().nonnegative().optional(),
  draws: z.int().positive().optional(),
  fetch: z
    .strictObject({ url: z.string(), sha256: z.string().optional(), bytes: z.int().positive().optional() })
    .optional(),
});

export type Config = z.infer<typeof configSchema>;

/**
 * Reads a config file; no path gives an empty config.
 * @throws UsageError naming file, line and column, with near names for an unknown key.
 */
export async function readConfig(path: string | undefined): Promise<Config> {
  return path === undefined ? {} : await readYaml(path, configSchema, "Check the path given to --config.");
}

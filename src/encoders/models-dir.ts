/** Where sentence encoders lie on this machine, and what one consists of. */
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { PrerequisiteError } from "../core/errors.ts";
import { systemCode } from "../store/atomic-write.ts";

/** Needed besides the weights. */
export const modelFiles = ["config.json", "tokenizer.json", "tokenizer_config.json"] as const;

/** The weights, the preferred first, with transformers.js' name for each. */
export const weightFiles = [
  { file: "onnx/model_quantized.onnx", dtype: "q8" },
  { file: "onnx/model.onnx", dtype: "fp32" },
] as const;

export interface ModelFolder {
  /** The folder above the model, as transformers.js wants it. */
  readonly root: string;
  /** The model below `root`, e.g. "Xenova/all-MiniLM-L6-v2". */
  readonly name: string;
  readonly weights: (typeof weightFiles)[number];
}

/** $SIGNALBOX_MODELS, else ~/.cache/signalbox/models. */
export function defaultModelsDir(env: NodeJS.ProcessEnv = process.env): string {
  return env["SIGNALBOX_MODELS"] ? resolve(env["SIGNALBOX_MODELS"]) : join(homedir(), ".cache", "signalbox", "models");
}

/** The folder of a model given by path, or by name below `modelsDir`. Throws PrerequisiteError when it is not there. */
export async function findModel(pathOrName: string, modelsDir: string): Promise<ModelFolder> {
  const path = resolve(pathOrName);
  const places = [
    { root: dirname(path), name: basename(path) },
    { root: modelsDir, name: pathOrName },
  ];
  for (const { root, name } of places) {
    // oxlint-disable-next-line no-await-in-loop
    const weights = await weightsIn(join(root, name));
    if (weights) return { root, name, weights };
  }
  throw new PrerequisiteError({
    problem: `the encoder ${pathOrName} is not on this machine`,
    where: join(modelsDir, pathOrName),
    mend: `Run: npx signalbox encoder pull ${pathOrName}`,
  });
}

async function weightsIn(folder: string): Promise<ModelFolder["weights"] | undefined> {
  for (const weights of weightFiles) {
    // oxlint-disable-next-line no-await-in-loop
    if (await isFile(join(folder, weights.file))) return weights;
  }
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(systemCode(error))) return false;
    throw error;
  }
}

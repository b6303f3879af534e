/**
 * A fitted router on disk: a folder of `router.json` and `weights.safetensors`. No code, no pickle, no clock: the same
 * inputs and seed give the same bytes. Loading checks sizes, the checksums of both files, names, that pool and tie
 * order fit each other, and that the state is one its router can have (experiment/artefact-content.ts).
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Encoder } from "../core/encoder.ts";
import { ArtefactError, UsageError } from "../core/errors.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { ngramEncoderFromState } from "../encoders/ngram.ts";
import type { NgramState } from "../encoders/ngram-state.ts";
import { routerByName } from "../routers/registry.ts";
import { systemCode } from "../store/atomic-write.ts";
import { isNotThere, noSuchPath } from "../store/no-such-path.ts";
import { encodeSafetensors } from "../store/safetensors.ts";
import { recoverFolder, writeFolderAtomic } from "../store/write-folder.ts";
import { version } from "../version.ts";
import { artefactContent, artefactFiles, describedText } from "./artefact-content.ts";
import { pack } from "./plain-data.ts";
import type { Packed } from "./plain-data.ts";

/** Nothing a router of ours needs comes near this; a larger file is not one. */
const maximumBytes = { description: 64 * 2 ** 20, weights: 4 * 2 ** 30 };

export interface SavedRouter {
  readonly fitted: FittedRouter;
  /** the encoder as it was opened, e.g. "transformers:all-MiniLM-L6-v2"; null when none is needed */
  readonly encoderSpec: string | null;
  /** the fitted offline encoder, ready to use; null when vectors come from elsewhere */
  readonly encoder: (Encoder & { encodeOne(text: string): Float32Array }) | null;
  /** what was odd on loading and is worth telling the user */
  readonly warnings: readonly string[];
}

/** Writes the artefact as a folder, whole or not at all; an artefact already there is replaced. */
export async function saveRouter(
  folder: string,
  {
    fitted,
    encoderSpec,
    encoder,
  }: {
    readonly fitted: FittedRouter;
    readonly encoderSpec: string | null;
    readonly encoder: Pick<Encoder, "state"> | null;
  },
): Promise<void> {
  const state = pack(fitted.state, "state");
  const encoderState = pack(encoder?.state ?? null, "encoder");
  const calibration = pack(fitted.calibration ?? null, "calibration");
  const reference = pack(fitted.reference ?? null, "reference");
  const weights = encodeSafetensors(tensorsOf([state, encoderState, calibration, reference]));
  const { policy } = fitted;
  const description = {
    schemaVersion: 1,
    createdBy: `signalbox ${version}`,
    router: fitted.label,
    routerVersion: version,
    summary: fitted.router.summary,
    cheats: fitted.router.cheats,
    qualityKind: fitted.router.qualityKind,
    options: fitted.options,
    seed: fitted.seed,
    policy: "lambda" in policy && policy.lambda === Infinity ? { ...policy, lambda: "Infinity" } : policy,
    embedding: fitted.embedding,
    encoderSpec,
    pool: fitted.models,
    ties: [...fitted.ties],
    search: fitted.search.map(({ options, avgAcc }) => ({ options, avgAcc: Number.isFinite(avgAcc) ? avgAcc : null })),
    provenance: fitted.provenance,
    state: state.json,
    encoder: encoderState.json,
    ...(fitted.calibration && { calibration: calibration.json }),
    ...(fitted.reference && { reference: reference.json }),
    weightsSha256: sha256(weights),
  };
  const hashed = { ...description, sha256: sha256(describedText(description)) };
  await writeFolderAtomic(folder, {
    [artefactFiles.weights]: weights,
    [artefactFiles.description]: `${JSON.stringify(hashed, null, 2)}\n`,
  });
}

function tensorsOf(parts: readonly Packed[]): Packed["tensors"] {
  return Object.fromEntries(parts.flatMap(({ tensors }) => Object.entries(tensors)));
}

/**
 * Reads an artefact, given its folder or its `router.json`.
 * @throws ArtefactError when it is absent, damaged, of another schema version, or names an unknown router.
 */
export async function loadRouter(path: string): Promise<SavedRouter> {
  const folder = basename(path) === artefactFiles.description ? dirname(path) : path;
  const recovered = await recoverFolder(folder, Object.values(artefactFiles));
  await requireRouter(folder);
  const text = new TextDecoder().decode(
    await readCapped(join(folder, artefactFiles.description), maximumBytes.description),
  );
  const weights = await readCapped(join(folder, artefactFiles.weights), maximumBytes.weights);
  const { fitted, encoderSpec, encoderState } = await artefactContent(text, weights, folder, { sha256, routerByName });
  return {
    fitted,
    encoderSpec,
    encoder: encoderState === null ? null : ngramEncoderFromState(encoderState as NgramState),
    warnings: recovered ? [`${folder}: a save was cut short; the router as it was before it was put back`] : [],
  };
}

/** @throws UsageError for a folder that is not there; ArtefactError for one that holds no router. */
async function requireRouter(folder: string): Promise<void> {
  const mend = "Give the folder that signalbox fit wrote.";
  try {
    await stat(folder);
    await stat(join(folder, artefactFiles.description));
  } catch (cause) {
    if (!isNotThere(cause)) throw new ArtefactError({ problem: "cannot be read", where: folder, mend, cause });
    if (!existsSync(folder)) throw noSuchPath(folder, mend);
    throw new UsageError({ problem: "is no saved router", where: folder, mend, cause });
  }
}

async function readCapped(path: string, cap: number): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > cap)
      throw new ArtefactError({ problem: `is ${size} bytes, more than the ${cap} a router may have`, where: path });
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof ArtefactError) throw cause;
    throw new ArtefactError({
      problem: `cannot be read (${systemCode(cause)})`,
      where: path,
      mend: "Give the folder that signalbox fit wrote.",
      cause,
    });
  }
}

function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

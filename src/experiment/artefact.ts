/**
 * A fitted router on disk: a folder of `router.json` and `weights.safetensors`. No code, no pickle, no clock: the same
 * inputs and seed give the same bytes. Loading checks sizes, the checksums of both files, names, that pool and tie
 * order fit each other, and that the state is one its router can have (core/state-shape.ts).
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { Calibration } from "../core/calibration.ts";
import type { Encoder, EncoderFingerprint } from "../core/encoder.ts";
import { ArtefactError, UsageError } from "../core/errors.ts";
import { issueWords } from "../core/issue-words.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { policySchema } from "../core/policy.ts";
import type { Router } from "../core/router.ts";
import { checkState, stateShapeOf } from "../core/state-shape.ts";
import { ngramEncoderFromState } from "../encoders/ngram.ts";
import type { NgramState } from "../encoders/ngram-state.ts";
import { resolveOptions, routerByName } from "../routers/registry.ts";
import { systemCode } from "../store/atomic-write.ts";
import { isNotThere, noSuchPath } from "../store/no-such-path.ts";
import { decodeSafetensors, encodeSafetensors } from "../store/safetensors.ts";
import { recoverFolder, writeFolderAtomic } from "../store/write-folder.ts";
import { version } from "../version.ts";
import { pack, unpack } from "./plain-data.ts";
import type { Packed } from "./plain-data.ts";

export const artefactFiles = { description: "router.json", weights: "weights.safetensors" } as const;

/** Nothing a router of ours needs comes near this; a larger file is not one. */
const maximumBytes = { description: 64 * 2 ** 20, weights: 4 * 2 ** 30 };

const infinityText = z.literal("Infinity").transform(() => Infinity);

const descriptionSchema = z.object({
  schemaVersion: z.literal(1),
  router: z.string(),
  routerVersion: z.string(),
  options: z.record(z.string(), z.unknown()),
  seed: z.int(),
  policy: z.preprocess(reviveLambda, policySchema),
  embedding: z.record(z.string(), z.unknown()).nullable(),
  encoderSpec: z.string().nullable(),
  pool: z.array(z.object({ id: z.string() }).loose()),
  ties: z.array(z.int()),
  search: z.array(z.object({ options: z.record(z.string(), z.unknown()), avgAcc: z.number().nullable() })),
  provenance: z.record(z.string(), z.union([z.string(), z.number()])),
  state: z.unknown(),
  encoder: z.unknown(),
  calibration: z.unknown().optional(),
  weightsSha256: z.string(),
  sha256: z.string(),
});

type Description = z.infer<typeof descriptionSchema>;

function reviveLambda(policy: unknown): unknown {
  const lambda = (policy as { lambda?: unknown } | null)?.lambda;
  const infinite = infinityText.safeParse(lambda);
  return infinite.success ? { ...(policy as object), lambda: Infinity } : policy;
}

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
  const weights = encodeSafetensors({ ...state.tensors, ...encoderState.tensors, ...calibration.tensors });
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
    weightsSha256: sha256(weights),
  };
  const hashed = { ...description, sha256: describedHash(description) };
  await writeFolderAtomic(folder, {
    [artefactFiles.weights]: weights,
    [artefactFiles.description]: `${JSON.stringify(hashed, null, 2)}\n`,
  });
}

/**
 * Reads an artefact, given its folder or its `router.json`.
 * @throws ArtefactError when it is absent, damaged, of another schema version, or names an unknown router.
 */
export async function loadRouter(path: string): Promise<SavedRouter> {
  const folder = basename(path) === artefactFiles.description ? dirname(path) : path;
  const recovered = await recoverFolder(folder, Object.values(artefactFiles));
  await requireRouter(folder);
  const description = await readDescription(join(folder, artefactFiles.description));
  const weights = await readCapped(join(folder, artefactFiles.weights), maximumBytes.weights);
  if (sha256(weights) !== description.weightsSha256) {
    throw new ArtefactError({
      problem: "the weights are not those the router was saved with",
      where: folder,
      mend: "Fit and save it again.",
    });
  }
  const tensors = decodeSafetensors(weights);
  const where = join(folder, artefactFiles.description);
  const { router, label } = routerByName(description.router);
  const fitted: FittedRouter = {
    router,
    label,
    options: resolveOptions(router, description.options),
    state: reviveState(router, description, tensors, where),
    ...reviveCalibration(description, tensors, where),
    models: description.pool,
    ties: Int32Array.from(description.ties),
    policy: description.policy,
    seed: description.seed,
    embedding: description.embedding as EncoderFingerprint | null,
    search: description.search.map(({ options, avgAcc }) => ({ options, avgAcc: avgAcc ?? NaN })),
    provenance: description.provenance,
  };
  return {
    fitted,
    encoderSpec: description.encoderSpec,
    encoder: reviveEncoder({ json: description.encoder, tensors }),
    warnings: recovered ? [`${folder}: a save was cut short; the router as it was before it was put back`] : [],
  };
}

/** The state, once it is known to be one that this router, pool and embedding can have. */
function reviveState(
  router: Router,
  { state: json, pool, embedding }: Pick<Description, "state" | "pool" | "embedding">,
  tensors: Packed["tensors"],
  where: string,
): unknown {
  const state = unpack({ json, tensors });
  const shape = stateShapeOf(router, state);
  const dimensions = embedding?.dimensions;
  const known = { m: pool.length, ...(typeof dimensions === "number" && { d: dimensions }) };
  if (shape) checkState(state, shape, known, where);
  return state;
}

function reviveCalibration(
  { calibration: json, pool }: Pick<Description, "calibration" | "pool">,
  tensors: Packed["tensors"],
  where: string,
): Pick<FittedRouter, "calibration"> {
  if (json === undefined) return {};
  const calibration = unpack({ json, tensors });
  checkState(calibration, { slope: "f64[m]", intercept: "f64[m]" }, { m: pool.length }, where, "calibration");
  return { calibration: calibration as Calibration };
}

function reviveEncoder(packed: Packed): SavedRouter["encoder"] {
  const state = unpack(packed);
  return state === null ? null : ngramEncoderFromState(state as NgramState);
}

async function readDescription(path: string): Promise<Description> {
  const text = new TextDecoder().decode(await readCapped(path, maximumBytes.description));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ArtefactError({ problem: "is not JSON", where: path, mend: "Fit and save the router again.", cause });
  }
  const parsed = descriptionSchema.safeParse(json);
  if (parsed.success) return checked(parsed.data, json as Record<string, unknown>, path);
  const [issue] = parsed.error.issues;
  throw new ArtefactError({
    problem: `is no router this version can read (${issue?.path.join(".")} ${issueWords(issue)})`,
    where: path,
    mend: "Fit and save it again with this version.",
  });
}

/** The hash of everything a description says but the hash itself. */
function describedHash(description: Readonly<Record<string, unknown>>): string {
  return sha256(JSON.stringify({ ...description, sha256: undefined }));
}

function checked<Description extends { sha256: string; pool: readonly unknown[]; ties: readonly number[] }>(
  description: Description,
  json: Readonly<Record<string, unknown>>,
  path: string,
): Description {
  const { pool, ties } = description;
  const order = ties.toSorted((a, b) => a - b);
  const fits = ties.length === pool.length && order.every((position, i) => position === i);
  if (fits && description.sha256 === describedHash(json)) return description;
  throw new ArtefactError({
    problem: "was changed after the router was saved",
    where: path,
    mend: "Fit and save the router again.",
  });
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

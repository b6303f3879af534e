/**
 * What the two files of a saved router hold, read from their text and bytes: no file system and no network, so a browser
 * reads the same files as Node. Both checksums, names, pool and tie order, and the state's shape are checked.
 */
import { z } from "zod";
import type { Calibration } from "../core/calibration.ts";
import type { EncoderFingerprint } from "../core/encoder.ts";
import { ArtefactError } from "../core/errors.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { issueWords } from "../core/issue-words.ts";
import { policySchema } from "../core/policy.ts";
import { resolveOptions } from "../core/resolve-options.ts";
import type { Router } from "../core/router.ts";
import { checkState, orNull, stateShapeOf } from "../core/state-shape.ts";
import type { TrainingReference } from "../core/training-reference.ts";
import { decodeSafetensors } from "../store/safetensors.ts";
import { unpack } from "./plain-data.ts";
import type { Packed } from "./plain-data.ts";

export const artefactFiles = { description: "router.json", weights: "weights.safetensors" } as const;

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
  reference: z.unknown().optional(),
  weightsSha256: z.string(),
  sha256: z.string(),
});

type Description = z.infer<typeof descriptionSchema>;

function reviveLambda(policy: unknown): unknown {
  const lambda = (policy as { lambda?: unknown } | null)?.lambda;
  const infinite = infinityText.safeParse(lambda);
  return infinite.success ? { ...(policy as object), lambda: Infinity } : policy;
}

/** What differs between Node and a browser, and how much of the registry comes along. */
export interface ArtefactReader {
  /** Hexadecimal. */
  readonly sha256: (bytes: Uint8Array) => string | Promise<string>;
  readonly routerByName: (name: string) => { readonly router: Router; readonly label: string };
}

export interface ArtefactContent {
  readonly fitted: FittedRouter;
  readonly encoderSpec: string | null;
  /** the fitted offline encoder's state; null when vectors come from elsewhere */
  readonly encoderState: unknown;
}

/**
 * The router in the text of `router.json` and the bytes of `weights.safetensors`. `folder`: where they came from.
 * @throws ArtefactError when they are damaged, of another schema version, or do not fit each other.
 */
export async function artefactContent(
  text: string,
  weights: Uint8Array,
  folder: string,
  { sha256, routerByName }: ArtefactReader,
): Promise<ArtefactContent> {
  const where = `${folder}/${artefactFiles.description}`;
  const { description, hashed } = parsedDescription(text, where);
  if ((await sha256(new TextEncoder().encode(hashed))) !== description.sha256) throw changedSince(where);
  if ((await sha256(weights)) !== description.weightsSha256) {
    throw new ArtefactError({
      problem: "the weights are not those the router was saved with",
      where: folder,
      mend: "Fit and save it again.",
    });
  }
  const tensors = decodeSafetensors(weights);
  const { router, label } = routerByName(description.router);
  const fitted: FittedRouter = {
    router,
    label,
    options: resolveOptions(router, description.options),
    state: reviveState(router, description, tensors, where),
    ...reviveCalibration(description, tensors, where),
    ...reviveReference(description, tensors, where),
    models: description.pool,
    ties: Int32Array.from(description.ties),
    policy: description.policy,
    seed: description.seed,
    embedding: description.embedding as EncoderFingerprint | null,
    search: description.search.map(({ options, avgAcc }) => ({ options, avgAcc: avgAcc ?? NaN })),
    provenance: description.provenance,
  };
  const encoderState = unpack({ json: description.encoder, tensors });
  return { fitted, encoderSpec: description.encoderSpec, encoderState };
}

/** What the checksum of a description covers: everything it says but the checksum itself. */
export function describedText(description: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...description, sha256: undefined });
}

function parsedDescription(text: string, where: string): { description: Description; hashed: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ArtefactError({ problem: "is not JSON", where, mend: "Fit and save the router again.", cause });
  }
  const parsed = descriptionSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ArtefactError({
      problem: `is no router this version can read (${issue?.path.join(".")} ${issueWords(issue)})`,
      where,
      mend: "Fit and save it again with this version.",
    });
  }
  const { pool, ties } = parsed.data;
  const order = ties.toSorted((a, b) => a - b);
  if (ties.length !== pool.length || order.some((position, i) => position !== i)) throw changedSince(where);
  return { description: parsed.data, hashed: describedText(json as Record<string, unknown>) };
}

function changedSince(where: string): ArtefactError {
  return new ArtefactError({
    problem: "was changed after the router was saved",
    where,
    mend: "Fit and save the router again.",
  });
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

function reviveReference(
  { reference: json, pool, embedding }: Pick<Description, "reference" | "pool" | "embedding">,
  tensors: Packed["tensors"],
  where: string,
): Pick<FittedRouter, "reference"> {
  if (json === undefined) return {};
  const reference = unpack({ json, tensors });
  const dimensions = embedding?.["dimensions"];
  const known = { m: pool.length, ...(typeof dimensions === "number" && { d: dimensions }) };
  checkState(reference, referenceShape, known, where, "reference");
  return { reference: reference as TrainingReference };
}

const referenceShape = {
  score: "f64[m]",
  costUsd: "f64[m]",
  familiar: orNull({ centroids: "f32[K, d]", distances: "f64[s]" }),
} as const;

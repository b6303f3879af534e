/** A fitted offline encoder as plain data: what a router artefact stores. */
import { createHash } from "node:crypto";
import { ArtefactError } from "../core/errors.ts";
import { issueWords } from "../core/issue-words.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { type NgramOptions, ngramOptionsSchema } from "../text/ngram-options.ts";

/** Arrays of v columns (the buckets seen in training) and d dimensions. */
export interface NgramState {
  readonly kind: "ngram";
  readonly options: NgramOptions;
  /** How many texts it was fitted on. */
  readonly fittedOn: number;
  /** [v] ascending; the other buckets weigh nothing. */
  readonly buckets: Int32Array;
  /** [v] */
  readonly idf: Float32Array;
  /** [v, d] */
  readonly components: Matrix32;
  /** [d] unit length: the mean training direction, the vector of a text with no known feature. */
  readonly fallback: Float32Array;
}

/** A digest of everything that decides a vector, for the fingerprint: other training texts, other revision. */
export function ngramRevision(state: NgramState): string {
  const hash = createHash("sha256").update(JSON.stringify(state.options));
  for (const array of [state.buckets, state.idf, state.components.data, state.fallback]) {
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return hash.digest("hex").slice(0, 16);
}

/** The state itself when its shapes fit together. Throws ArtefactError otherwise. */
export function checkedNgramState(state: NgramState): NgramState {
  const options = ngramOptionsSchema.safeParse(state.options);
  if (!options.success)
    throw damaged(options.error.issues.map((issue) => `${issue.path.join(".")} ${issueWords(issue)}`).join("; "));
  const { buckets, idf, components, fallback } = state;
  const columns = buckets.length;
  if (idf.length !== columns || components.rows !== columns) {
    throw damaged(`${columns} buckets, ${idf.length} idf values and ${components.rows} rows of components`);
  }
  if (fallback.length !== components.cols || components.data.length !== components.rows * components.cols) {
    throw damaged(`components [${components.rows}, ${components.cols}] hold ${components.data.length} numbers`);
  }
  if (buckets.some((bucket) => bucket < 0 || bucket >= options.data.buckets)) {
    throw damaged(`a bucket lies outside 0 … ${options.data.buckets - 1}`);
  }
  return { ...state, options: options.data };
}

function damaged(detail: string): ArtefactError {
  return new ArtefactError({
    problem: `the stored n-gram encoder does not fit together: ${detail}`,
    mend: "Fit the router again",
  });
}

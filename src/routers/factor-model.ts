/**
 * EmbedLLM's factor model: the chance that model j answers query q is σ of
 *
 *   u_j(q) = (V₁ − V₀)ᵀ(p_j ⊙ (W·q + b)) + c₁ − c₀ = a_jᵀq + β_j,   a_j = Wᵀ(v ⊙ p_j),  β_j = (v ⊙ p_j)ᵀb + c₁ − c₀
 * with v = V₁ − V₀: cross-entropy over two classes is cross-entropy on their difference. Steps are taken in the form
 * on the right, [m, d] instead of [B, k] products, and the slope of a, β is then led back to the factors.
 */
import { dots, product } from "../math/dots.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { matrix32 } from "../math/matrix.ts";
import { normalWeights, uniformWeights } from "../math/initial-weights.ts";
import type { Random } from "../math/random.ts";
import { transposed } from "../math/transposed.ts";

export interface Factors {
  /** P [m, k] a vector for each model */
  readonly vectors: Matrix32;
  /** W [k, d] */
  readonly projection: Matrix32;
  /** b [k] */
  readonly offset: Float32Array;
  /** V [2, k] */
  readonly classifier: Matrix32;
  /** c [2] */
  readonly classBias: Float32Array;
}

/** What loading checks of the factors. */
export const factorShape = {
  vectors: "f32[m, k]",
  projection: "f32[k, d]",
  offset: "f32[k]",
  classifier: "f32[2, k]",
  classBias: "f32[2]",
} as const;

/** One linear function of the query per model: u = A·q + β. */
export interface Compiled {
  /** [m, d] */
  readonly weights: Matrix32;
  /** [m] */
  readonly bias: Float64Array;
}

/** PyTorch's start: vectors N(0, 1), layers uniform in ± one over the root of their inputs. */
export function startFactors(m: number, k: number, d: number, random: Random): Factors {
  return {
    vectors: normalWeights(m, k, 1, random),
    projection: uniformWeights(k, d, d, random),
    offset: uniformWeights(1, k, d, random).data,
    classifier: uniformWeights(2, k, k, random),
    classBias: uniformWeights(1, 2, k, random).data,
  };
}

/** The arrays that training changes, in the order of `factorSlopes`. */
export function factorArrays({ vectors, projection, offset, classifier, classBias }: Factors): Float32Array[] {
  return [vectors.data, projection.data, offset, classifier.data, classBias];
}

export function compileFactors(factors: Factors): Compiled {
  const { projection, offset, classBias } = factors;
  const scaled = scaledVectors(factors);
  const constant = classBias[1]! - classBias[0]!;
  const own = dots(scaled, { rows: 1, cols: offset.length, data: offset }).data;
  return { weights: product(scaled, projection), bias: Float64Array.from(own, (value) => value + constant) };
}

/** v of coordinate c: what the class "right" has over the class "wrong". */
export function contrastOf({ data, cols }: Matrix32, c: number): number {
  return data[cols + c]! - data[c]!;
}

/** v ⊙ p_j of every model. [m, k] */
function scaledVectors({ vectors, classifier }: Factors): Matrix32 {
  const { rows, cols } = vectors;
  const out = matrix32(rows, cols);
  for (let p = 0; p < out.data.length; p++) {
    const c = p % cols;
    out.data[p] = vectors.data[p]! * contrastOf(classifier, c);
  }
  return out;
}

/** Slopes of the factors from those of a [m, d] and β [m]. */
export function factorSlopes(factors: Factors, weights: Matrix32, bias: Float32Array): Float32Array[] {
  const { vectors, projection, offset, classifier } = factors;
  const { rows: m, cols: k } = vectors;
  const ofScaled = dots(weights, projection);
  const ofProjection = product(transposed(scaledVectors(factors)), weights);
  const ofVectors = new Float32Array(m * k);
  const ofOffset = new Float32Array(k);
  const ofClassifier = new Float32Array(2 * k);
  let total = 0;
  for (let j = 0; j < m; j++) {
    const slope = bias[j]!;
    total += slope;
    for (let c = 0; c < k; c++) {
      const v = contrastOf(classifier, c);
      const vector = vectors.data[j * k + c]!;
      const s = ofScaled.data[j * k + c]! + slope * offset[c]!;
      ofVectors[j * k + c] = s * v;
      ofOffset[c]! += slope * vector * v;
      ofClassifier[k + c]! += s * vector;
    }
  }
  for (let c = 0; c < k; c++) ofClassifier[c] = -ofClassifier[k + c]!;
  return [ofVectors, ofProjection.data, ofOffset, ofClassifier, Float32Array.of(-total, total)];
}

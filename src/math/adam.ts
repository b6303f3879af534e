/**
 * Adam and AdamW as PyTorch does them: bias-corrected, ε outside the root; weight decay coupled (added to the gradient)
 * or decoupled (θ ← θ − lr·w·θ before the step).
 * Sources: Kingma & Ba (arXiv 1412.6980); Loshchilov & Hutter (arXiv 1711.05101).
 */

export interface AdamOptions {
  readonly learningRate: number;
  /** @default 0 */
  readonly weightDecay?: number;
  /** true = AdamW. @default false */
  readonly decoupled?: boolean;
}

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/** Changes `parameters` in place, one call of `step` a gradient; gradients must have the parameters' shapes. */
export interface Adam {
  step(gradients: readonly Float32Array[]): void;
}

/** An optimiser over these arrays. Moments are kept in single precision, the arithmetic of a step in double. */
export function adam(
  parameters: readonly Float32Array[],
  { learningRate, weightDecay = 0, decoupled = false }: AdamOptions,
): Adam {
  const first = parameters.map(({ length }) => new Float32Array(length));
  const second = parameters.map(({ length }) => new Float32Array(length));
  const shrink = decoupled ? 1 - learningRate * weightDecay : 1;
  const pull = decoupled ? 0 : weightDecay;
  let steps = 0;
  return {
    step(gradients) {
      steps += 1;
      const rate = learningRate / (1 - beta1 ** steps);
      const scale = 1 / Math.sqrt(1 - beta2 ** steps);
      parameters.forEach((theta, p) => {
        const gradient = gradients[p]!;
        const m = first[p]!;
        const v = second[p]!;
        for (let i = 0; i < theta.length; i++) {
          const g = gradient[i]! + pull * theta[i]!;
          const mean = beta1 * m[i]! + (1 - beta1) * g;
          const square = beta2 * v[i]! + (1 - beta2) * g * g;
          m[i] = mean;
          v[i] = square;
          theta[i] = shrink * theta[i]! - (rate * mean) / (Math.sqrt(square) * scale + epsilon);
        }
      });
    },
  };
}

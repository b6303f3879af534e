/**
 * Adam and AdamW as PyTorch does them: bias-corrected, ε outside the root; weight decay coupled (added to the gradient)
 * or decoupled (θ ← θ − lr·w·θ before the step). In single precision throughout, by a WebAssembly kernel where there is
 * one and enough to do, else by its twin below, with the same bits.
 * Sources: Kingma & Ba (arXiv 1412.6980); Loshchilov & Hutter (arXiv 1711.05101).
 */
import type { KernelHeap } from "./kernel-heap.ts";
import { kernelHeap } from "./kernel-heap.ts";

export interface AdamOptions {
  readonly learningRate: number;
  /** @default 0 */
  readonly weightDecay?: number;
  /** true = AdamW. @default false */
  readonly decoupled?: boolean;
}

const round = Math.fround;
const beta1 = round(0.9);
const beta2 = round(0.999);
const rest1 = round(0.1);
const rest2 = round(0.001);
const epsilon = round(1e-8);
/** Fewer parameters are not worth the copying. */
const smallest = 1024;

/** Changes `parameters` in place, one call of `step` a gradient; gradients must have the parameters' shapes. */
export interface Adam {
  step(gradients: readonly Float32Array[]): void;
}

/** What a step does to each number: its gradient's pull to zero, its shrinking, and the corrected rates. */
interface Factors {
  readonly pull: number;
  readonly shrink: number;
  readonly rate: number;
  readonly scale: number;
}

/** An optimiser over these arrays. */
export function adam(
  parameters: readonly Float32Array[],
  { learningRate, weightDecay = 0, decoupled = false }: AdamOptions,
): Adam {
  const shrink = round(decoupled ? 1 - learningRate * weightDecay : 1);
  const pull = round(decoupled ? 0 : weightDecay);
  const update = inKernels(parameters) ?? inPlainArrays(parameters);
  let steps = 0;
  return {
    step(gradients) {
      steps += 1;
      const rate = round(learningRate / (1 - 0.9 ** steps));
      const scale = round(1 / Math.sqrt(1 - 0.999 ** steps));
      update(gradients, { pull, shrink, rate, scale });
    },
  };
}

type Update = (gradients: readonly Float32Array[], factors: Factors) => void;

function inKernels(parameters: readonly Float32Array[]): Update | undefined {
  const starts: number[] = [];
  let count = 0;
  for (const { length } of parameters) {
    starts.push(count);
    count += (length + 3) & ~3;
  }
  const heap: KernelHeap | undefined = count < smallest ? undefined : kernelHeap(count * 16);
  if (heap === undefined) return undefined;
  return (gradients, { pull, shrink, rate, scale }) => {
    const memory = heap.floats();
    parameters.forEach((theta, p) => {
      memory.set(theta, starts[p]);
      memory.set(gradients[p]!, count + starts[p]!);
    });
    heap.kernels.adamStep(0, count * 4, count * 8, count * 12, count, pull, shrink, rate, scale);
    parameters.forEach((theta, p) => theta.set(memory.subarray(starts[p], starts[p]! + theta.length)));
  };
}

function inPlainArrays(parameters: readonly Float32Array[]): Update {
  const first = parameters.map(({ length }) => new Float32Array(length));
  const second = parameters.map(({ length }) => new Float32Array(length));
  return (gradients, { pull, shrink, rate, scale }) => {
    parameters.forEach((theta, p) => {
      const gradient = gradients[p]!;
      const m = first[p]!;
      const v = second[p]!;
      for (let i = 0; i < theta.length; i++) {
        const x = theta[i]!;
        const g = round(gradient[i]! + round(pull * x));
        const mean = round(round(beta1 * m[i]!) + round(rest1 * g));
        const square = round(round(beta2 * v[i]!) + round(round(rest2 * g) * g));
        m[i] = mean;
        v[i] = square;
        const below = round(round(round(Math.sqrt(square)) * scale) + epsilon);
        theta[i] = round(shrink * x) - round(round(rate * mean) / below);
      }
    });
  };
}

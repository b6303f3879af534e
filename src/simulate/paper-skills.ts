/**
 * What the simulated pool is modelled on: accuracy and total cost of flagship models on nine data sets, as published in
 * Tables 9 and 10 of "LLMRouterBench" (arXiv 2601.07206). Names are the paper's abbreviations. GPT-5-Chat is left out,
 * as it has no result on τ²-Bench. The simulation follows these numbers; it is not a measurement of these models.
 */

/** A domain of the simulation, after one published data set. */
export interface Domain {
  readonly id: string;
  /** the published data set, and how many prompts its total cost was spent on */
  readonly after: string;
  readonly publishedPrompts: number;
}

export const domains: readonly Domain[] = [
  { id: "olympiad", after: "aime", publishedPrompts: 60 },
  { id: "algebra", after: "livemathbench", publishedPrompts: 121 },
  { id: "code-tracing", after: "livecodebench", publishedPrompts: 1055 },
  { id: "bug-finding", after: "swe-bench", publishedPrompts: 500 },
  { id: "science", after: "gpqa", publishedPrompts: 198 },
  { id: "exam", after: "mmlupro", publishedPrompts: 3000 },
  { id: "facts", after: "simpleqa", publishedPrompts: 4326 },
  { id: "instructions", after: "arenahard", publishedPrompts: 750 },
  { id: "tool-use", after: "tau2", publishedPrompts: 278 },
];

/** Accuracy in percent and total USD, both in the order of `domains`. */
export interface PublishedModel {
  readonly id: string;
  readonly accuracy: readonly number[];
  readonly totalCostUsd: readonly number[];
}

export const publishedModels: readonly PublishedModel[] = [
  row(
    "Claude-v4",
    [36.67, 61.16, 58.1, 34.6, 68.69, 83.17, 15.14, 54.67, 49.28],
    [1.26, 1.91, 14.2, 35.72, 2.65, 23.4, 7.33, 15.94, 103.72],
  ),
  row(
    "DeepSeek-R1",
    [85.0, 77.69, 80.09, 28.6, 79.8, 84.23, 27.12, 63.53, 37.77],
    [2.09, 2.7, 30.46, 10.03, 3.25, 24.62, 6.19, 8.52, 37.08],
  ),
  row(
    "DeepSeek-V3",
    [43.33, 61.98, 66.64, 25.0, 59.6, 78.0, 27.76, 60.13, 7.19],
    [0.15, 0.17, 1.53, 2.31, 0.18, 1.76, 0.48, 0.8, 6.92],
  ),
  row(
    "DS-V3.1-Tms",
    [55.0, 73.55, 67.3, 25.4, 76.26, 84.03, 24.46, 66.27, 46.76],
    [0.17, 0.19, 1.19, 2.3, 0.25, 1.67, 0.8, 1.08, 17.38],
  ),
  row(
    "Gemini-Flash",
    [63.33, 73.55, 60.0, 18.2, 66.16, 80.93, 29.82, 55.53, 32.37],
    [2.25, 1.9, 6.16, 3.94, 2.65, 10.96, 0.63, 5.49, 5.8],
  ),
  row(
    "Gemini-Pro",
    [85.0, 50.41, 79.15, 34.6, 84.85, 85.67, 53.77, 77.0, 43.17],
    [9.18, 10.96, 142.59, 80.32, 16.59, 117.18, 41.12, 34.63, 38.25],
  ),
  row(
    "GLM-4.6",
    [81.67, 63.64, 63.13, 21.8, 75.25, 80.33, 25.68, 66.4, 53.96],
    [2.79, 4.02, 2.32, 5.1, 5.35, 30.6, 26.54, 2.51, 27.61],
  ),
  row(
    "GPT-5",
    [88.33, 79.34, 86.45, 15.8, 84.85, 87.37, 47.9, 69.73, 70.14],
    [4.57, 4.09, 54.92, 24.27, 7.94, 36.17, 57.25, 27.85, 61.67],
  ),
  row(
    "Intern-S1",
    [48.33, 68.6, 49.19, 7.8, 65.66, 81.97, 14.77, 67.07, 32.73],
    [0.46, 0.5, 7.1, 2.86, 0.81, 5.59, 3.78, 1.99, 13.28],
  ),
  row(
    "Kimi-K2",
    [65.0, 71.9, 67.3, 23.4, 73.23, 80.3, 29.03, 71.07, 48.92],
    [0.57, 0.6, 3.88, 4.79, 0.63, 3.86, 0.46, 1.7, 27.9],
  ),
  row(
    "Qwen3-235B",
    [76.67, 76.03, 64.17, 16.2, 58.59, 82.77, 53.77, 73.07, 40.29],
    [0.31, 0.23, 1.04, 1.36, 0.07, 1.8, 0.2, 0.74, 11.67],
  ),
  row(
    "Qwen3-Thinking",
    [86.67, 52.89, 78.39, 21.4, 80.3, 79.47, 48.27, 73.93, 53.6],
    [1.13, 1.04, 14.74, 8.88, 2.42, 25.64, 12.04, 8.02, 28.44],
  ),
];

function row(id: string, accuracy: readonly number[], totalCostUsd: readonly number[]): PublishedModel {
  return { id, accuracy, totalCostUsd };
}

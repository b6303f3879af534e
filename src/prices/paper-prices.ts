/**
 * The price table that ships with signalbox: the models of "LLMRouterBench" (arXiv 2601.07206), at the prices its authors
 * give. A model whose price they did not find (configured as 0 there) is not in the table.
 */
import type { Price } from "./price.ts";

/** The day the prices were read at their sources. */
const asOf = "2026-11-28";

const flagships = "github.com/ynulihao/LLMRouterBench, README.md, Model Pools (commit 2140fcc, 2025)";
const lightweights =
  "github.com/ynulihao/LLMRouterBench, config/data_collector_small_model_config.yaml (commit 5aa32c9, 2025)";

function priced(source: string, inputPerMillionUsd: number, outputPerMillionUsd: number): Price {
  return { inputPerMillionUsd, outputPerMillionUsd, source, asOf };
}

/** By the id in the published results. */
export const paperPrices: Readonly<Record<string, Price>> = {
  "claude-sonnet-4": priced(flagships, 3, 15),
  "deepseek-r1-0528": priced(flagships, 0.5, 2.15),
  "deepseek-v3-0324": priced(flagships, 0.25, 0.88),
  "deepseek-v3.1-terminus": priced(flagships, 0.27, 1),
  "gemini-2.5-flash": priced(flagships, 0.3, 2.5),
  "gemini-2.5-pro": priced(flagships, 1.25, 10),
  "glm-4.6": priced(flagships, 0.6, 2.2),
  "gpt-5": priced(flagships, 1.25, 10),
  "gpt-5-chat": priced(flagships, 1.25, 10),
  "intern-s1": priced(flagships, 0.18, 0.54),
  "kimi-k2-0905": priced(flagships, 0.5, 2),
  "qwen3-235b-a22b-2507": priced(flagships, 0.09, 0.6),
  "qwen3-235b-a22b-thinking-2507": priced(flagships, 0.3, 2.9),
  "DeepHermes-3-Llama-3-8B-Preview": priced(lightweights, 0.03, 0.11),
  "DeepSeek-R1-0528-Qwen3-8B": priced(lightweights, 0.03, 0.11),
  "DeepSeek-R1-Distill-Qwen-7B": priced(lightweights, 0.04, 0.1),
  "Fin-R1": priced(lightweights, 0.04, 0.1),
  "Intern-S1-mini": priced(lightweights, 0.035, 0.138),
  "Llama-3.1-8B-Instruct": priced(lightweights, 0.015, 0.02),
  "Llama-3.1-8B-UltraMedical": priced(lightweights, 0.015, 0.02),
  "Llama-3.1-Nemotron-Nano-8B-v1": priced(lightweights, 0.015, 0.02),
  "NVIDIA-Nemotron-Nano-9B-v2": priced(lightweights, 0.04, 0.16),
  "Qwen3-8B": priced(lightweights, 0.035, 0.138),
  "gemma-2-9b-it": priced(lightweights, 0.02, 0.036),
};

/** Names that providers give them: those of the authors' collector configuration. */
export const paperNames: Readonly<Record<string, string>> = {
  "anthropic/claude-sonnet-4": "claude-sonnet-4",
  "deepseek/deepseek-v3.1-terminus": "deepseek-v3.1-terminus",
  "google/gemini-2.5-flash": "gemini-2.5-flash",
  "google/gemini-2.5-pro": "gemini-2.5-pro",
  "moonshotai/kimi-k2-0905": "kimi-k2-0905",
  "openai/gpt-5": "gpt-5",
  "openai/gpt-5-chat": "gpt-5-chat",
  "qwen/qwen3-235b-a22b-2507": "qwen3-235b-a22b-2507",
  "qwen/qwen3-235b-a22b-thinking-2507": "qwen3-235b-a22b-thinking-2507",
  "z-ai/glm-4.6": "glm-4.6",
};

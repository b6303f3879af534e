/** Price lists in the formats that `prices update` reads: entries as the lists themselves have them, and odd ones. */

/** LiteLLM's model_prices_and_context_window.json. */
export const liteLlmList = {
  sample_spec: {
    litellm_provider: "one of …",
    mode: "one of: chat, …",
    input_cost_per_token: 0,
    output_cost_per_token: 0,
  },
  "gpt-4o-mini": {
    cache_read_input_token_cost: 7.5e-8,
    input_cost_per_token: 1.5e-7,
    input_cost_per_token_batches: 7.5e-8,
    litellm_provider: "openai",
    max_tokens: 16384,
    mode: "chat",
    output_cost_per_token: 6e-7,
  },
  "gemini/gemini-2.5-pro": {
    cache_read_input_token_cost: 1.25e-7,
    cache_read_input_token_cost_above_200k_tokens: 2.5e-7,
    input_cost_per_token: 1.25e-6,
    input_cost_per_token_above_200k_tokens: 2.5e-6,
    litellm_provider: "gemini",
    mode: "chat",
    output_cost_per_reasoning_token: 1e-5,
    output_cost_per_token: 1e-5,
    output_cost_per_token_above_200k_tokens: 1.5e-5,
  },
  "text-embedding-3-small": { input_cost_per_token: 2e-8, litellm_provider: "openai", mode: "embedding" },
  "maker/free": { input_cost_per_token: 0, litellm_provider: "maker", mode: "chat", output_cost_per_token: 0 },
  "maker/wrong-unit": { input_cost_per_token: 3, litellm_provider: "maker", mode: "chat", output_cost_per_token: 15 },
};

/** OpenRouter's /api/v1/models. */
export const openRouterList = {
  data: [
    {
      id: "anthropic/claude-sonnet-4",
      name: "Anthropic: Claude Sonnet 4",
      context_length: 200000,
      pricing: {
        prompt: "0.000003",
        completion: "0.000015",
        request: "0",
        image: "0.0048",
        web_search: "0",
        internal_reasoning: "0",
        input_cache_read: "0.0000003",
        input_cache_write: "0.00000375",
      },
    },
    { id: "maker/per-request", pricing: { prompt: "0.000001", completion: "0.000001", request: "0.005" } },
    { id: "openrouter/auto", pricing: { prompt: "-1", completion: "-1" } },
    { id: "maker/small:free", pricing: { prompt: "0", completion: "0" } },
  ],
};

/** The configuration that `init` writes: it runs as it is, against the simulator, and says how to name real models. */

const text = `# What to collect: which prompts go to which models, how fast, and for how much.
#
#   signalbox check      is this sound, and what would it take? Sends nothing.
#   signalbox collect    asks, keeps every answer, and asks nothing twice.
#
# As it stands it asks simulated models. Start them in another terminal with: signalbox simulate
schemaVersion: 1

# The folder for the journal and the result files, seen from this file.
output: collected

# Prompts: a .csv, .jsonl or .parquet file with one row a prompt, or a folder of recorded results.
datasets:
  - id: starter
    path: prompts.jsonl
    # limit: 100                     # only the first so many
    # system: Answer with one word.  # sent before every prompt
    # map: { prompt: question }      # field: column, where the names differ
  # A known data set, fetched from its home (signalbox datasets list), here 100 of its questions drawn by the seed:
  # - { id: math500, limit: 100, seed: 7 }

models:
  - name: GPT-5                      # its name in the results
    model: GPT-5                     # the provider's name of it
    baseUrl: SIMULATOR
    concurrency: 8                   # calls at once
    parameters: { maxOutputTokens: 2048 }

  - name: Qwen3-235B
    model: Qwen3-235B
    baseUrl: SIMULATOR
    concurrency: 8
    parameters: { maxOutputTokens: 2048, temperature: 0.2 }

  # A real one. The key stands in the environment, never here: export OPENROUTER_API_KEY=...
  # - name: gemini-2.5-flash
  #   model: google/gemini-2.5-flash
  #   baseUrl: https://openrouter.ai/api/v1
  #   keyEnv: OPENROUTER_API_KEY     # the NAME of the variable that holds the key
  #   concurrency: 16
  #   requestsPerMinute: 300
  #   tokensPerMinute: 500000
  #   budgetUsd: 5                   # for this model alone
  #   parameters:
  #     maxOutputTokens: 4096        # also what is reserved of the budget for each call
  #     reasoningEffort: medium
  #     extraBody: { provider: { allow_fallbacks: false } }
  # Anthropic's own format, and any package of the AI SDK (npm install ai@6 @ai-sdk/google@3):
  # - { name: claude, provider: anthropic, model: claude-sonnet-4-20250514, keyEnv: ANTHROPIC_API_KEY }
  # - { name: flash, provider: ai-sdk, package: "@ai-sdk/google", model: gemini-2.5-flash, keyEnv: GEMINI_API_KEY }

# Prices, USD per million tokens; these are what the simulated models charge. A model that is not named here is looked up
# in the list that ships with signalbox.
prices:
  GPT-5: { inputPerMillionUsd: 3.8, outputPerMillionUsd: 30, source: made up for the simulator, asOf: 2026-01-01 }
  Qwen3-235B: { inputPerMillionUsd: 0.38, outputPerMillionUsd: 3, source: made up for the simulator, asOf: 2026-01-01 }

run:
  samples: 1                         # answers per prompt and model
  budgetUsd: 5                       # never spent beyond: reserved before a call, settled after
  retries: 5                         # after the first attempt, where trying again may help
  totalSeconds: 900                  # deadline of one call
`;

/** @param address where the simulator listens, e.g. "http://127.0.0.1:8099/v1" */
export function starterConfig(address: string): string {
  return text.replaceAll("SIMULATOR", address);
}

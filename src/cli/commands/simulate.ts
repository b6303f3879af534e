/** signalbox simulate: an endpoint with the demo's simulated models, for trying things without spending. */
import { once } from "node:events";
import { Command } from "commander";
import { startSimulator } from "../../simulate/chat-server.ts";
import { simulationSchema } from "../../simulate/script.ts";
import { readYaml } from "../../store/yaml-file.ts";
import { atLeast } from "../numbers.ts";
import { note, print } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox simulate
  $ signalbox simulate --port 8099 --script faults.yaml

The script says how slow it is and what goes wrong; all of it may be left out:
  seed: 7
  firstTokenMs: 50
  perTokenMs: 5
  faults:
    - { kind: status, status: 429, retryAfterSeconds: 1, share: 0.05, attempts: 1 }
    - { kind: cut, share: 0.01, attempts: 2 }
    - { kind: wrong-model, models: [GPT-5] }
  known:
    - { prompt: What is 2 + 2?, right: "Answer: 4", wrong: "Answer: 5" }
  skills: { GPT-5: 0.9 }
Kinds: status, slow, hang, drip, cut, wrong-model, no-usage, negative-usage, huge-usage, invalid-json, error-in-200.
A fault takes share (of the prompts, by the seed), attempts (only the first so many) and models; else it strikes always.
It answers any model's name; those of GET /v1/models have skills of their own on the demo's questions. A known prompt gets its right answer in so many cases
as skills says, by the seed.
POST /v1/chat/completions is OpenAI's format, POST /v1/messages Anthropic's. An answer is cut at the limit of tokens that the request sets, and billed to there.
It listens on this machine only.`;

const usualPort = 8099;

/** Where it listens when no port is given. */
export const simulatorAddress = `http://127.0.0.1:${usualPort}/v1`;

export function simulateCommand(signal: AbortSignal): Command {
  return new Command("simulate")
    .description("Serve the simulated models in OpenAI's and Anthropic's format on this machine. Nothing is spent.")
    .option("--port <number>", "where to listen; 0 = any free port", atLeast(0), usualPort)
    .option("--script <file>", "YAML: pace and faults")
    .option("-q, --quiet", "no notes on stderr")
    .addHelpText("after", examples)
    .action(async ({ port, script, quiet }: { port: number; script?: string; quiet?: boolean }) => {
      const simulation =
        script === undefined
          ? simulationSchema.parse({})
          : await readYaml(script, simulationSchema, "Check the path given to --script.");
      const simulator = await startSimulator(simulation, port);
      print(simulator.baseUrl);
      if (!quiet) note("SIMULATED answers, for trying things. Use it as baseUrl; Ctrl-C ends it.");
      try {
        if (!signal.aborted) await once(signal, "abort");
      } finally {
        await simulator.close();
        const { requests, answered, faults } = simulator.counts;
        if (!quiet) note(`${requests} requests, ${answered} answered, ${faults} with a scripted fault`);
      }
    });
}

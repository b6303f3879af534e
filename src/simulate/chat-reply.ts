/** What a simulated model answers, in OpenAI's wire format: whole, or in pieces. No server, no clock. */
import { seededRandom } from "../math/random.ts";
import type { PublishedModel } from "./paper-skills.ts";
import { simulatedAnswer, simulatedModels, simulatedQuestions } from "./pool.ts";
import type { SimulatedQuestion } from "./pool.ts";
import type { Fault, Simulation } from "./script.ts";

export interface SimulatedReply {
  readonly text: string;
  readonly usage: Usage;
}

interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  /** USD, as some gateways report it */
  readonly cost?: number;
}

/** Answers prompts as the models of the simulated pool do; a prompt it does not know gets a made-up answer. */
export function simulatedChat({
  promptsPerDomain,
  seed,
}: Simulation): (model: string, prompt: string) => SimulatedReply {
  const questions = new Map<string, SimulatedQuestion>();
  for (const question of simulatedQuestions(promptsPerDomain, seed)) questions.set(question.prompt, question);
  const models = new Map<string, PublishedModel>(simulatedModels.map((model) => [model.id, model]));
  return (model, prompt) => {
    const [known, question] = [models.get(model), questions.get(prompt)];
    if (known === undefined || question === undefined) return madeUp(model, prompt, seed);
    const { text, costUsd, promptTokens, completionTokens } = simulatedAnswer(known, question, seed);
    return { text, usage: { ...tokens(promptTokens, completionTokens), cost: costUsd } };
  };
}

function madeUp(model: string, prompt: string, seed: number): SimulatedReply {
  const random = seededRandom(seed, "reply", model, prompt);
  const text = `${"ABCD"[random.below(4)]}`;
  return { text, usage: tokens(Math.ceil(prompt.length / 4), 20 + random.below(400)) };
}

function tokens(promptTokens: number, completionTokens: number): Usage {
  const total = promptTokens + completionTokens;
  return { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: total };
}

/** The model named in the reply, and its usage, after what the fault does to them. */
function told(model: string, usage: Usage, fault: Fault | undefined): { model: string; usage?: Usage } {
  switch (fault?.kind) {
    case "wrong-model":
      return { model: `${model}-mini`, usage };
    case "no-usage":
      return { model };
    case "negative-usage":
      return { model, usage: { ...usage, completion_tokens: -usage.completion_tokens } };
    case "huge-usage":
      return { model, usage: { ...usage, prompt_tokens: 1e15 } };
    default:
      return { model, usage };
  }
}

/** The body of a whole answer. */
export function wholeBody(id: string, model: string, { text, usage }: SimulatedReply, fault?: Fault): string {
  if (fault?.kind === "invalid-json") return '{"choices": [';
  if (fault?.kind === "error-in-200") return JSON.stringify({ error: { code: 502, message: "the model is down" } });
  const choice = { index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" };
  return JSON.stringify({ id, object: "chat.completion", choices: [choice], ...told(model, usage, fault) });
}

/** The events of a streamed answer, in order, the closing one included. */
export function streamedEvents(
  id: string,
  model: string,
  { text, usage }: SimulatedReply,
  includeUsage: boolean,
  fault?: Fault,
): string[] {
  if (fault?.kind === "invalid-json") return ['data: {"choices": [\n\n'];
  if (fault?.kind === "error-in-200")
    return [event({ error: { code: 502, message: "the model is down" } }), "data: [DONE]\n\n"];
  const { model: named, usage: counted } = told(model, usage, fault);
  const chunk = (choices: readonly unknown[], more: object = {}): string =>
    event({ id, object: "chat.completion.chunk", model: named, choices, ...more });
  const pieces = text.match(/\s*\S+/g) ?? [text];
  const events = [chunk([{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }])];
  for (const content of pieces) events.push(chunk([{ index: 0, delta: { content }, finish_reason: null }]));
  events.push(chunk([{ index: 0, delta: {}, finish_reason: "stop" }]));
  if (includeUsage && counted) events.push(chunk([], { usage: counted }));
  return [...events, "data: [DONE]\n\n"];
}

function event(body: unknown): string {
  return `data: ${JSON.stringify(body)}\n\n`;
}

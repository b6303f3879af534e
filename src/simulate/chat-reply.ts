/** What a simulated model answers, and what a fault makes of it. No server, no clock. */
import { draw } from "./draw.ts";
import { letters } from "./multiple-choice.ts";
import { simulatedAnswer, simulatedModels, simulatedQuestions } from "./pool.ts";
import type { SimulatedQuestion } from "./pool.ts";
import type { Fault, Simulation } from "./script.ts";
import { simulatedPrice } from "./simulated-price.ts";
import { pieces } from "./wire-format.ts";
import type { ChatAsked, Served, SimulatedUsage, WireFormat } from "./wire-format.ts";

/** What a model would say if nothing limited it. */
interface FullReply {
  readonly text: string;
  readonly usage: SimulatedUsage;
}

export type SimulatedReply = FullReply & Pick<Served, "isCut">;

/**
 * Answers prompts as the models of the simulated pool do, or as the script says; a prompt or a model it does not know gets a made-up letter. The same
 * (seed, model, prompt) gets the same answer. What was answered once is kept, since a pool is asked again and again.
 * An answer of more tokens than asked for ends there, and is billed to there.
 */
export function simulatedChat(
  simulation: Simulation,
): (asked: Pick<ChatAsked, "model" | "prompt" | "mostTokens">) => SimulatedReply {
  const full = fullReplies(simulation);
  return ({ model, prompt, mostTokens }) => upTo(mostTokens, full(model, prompt), model);
}

/** A simulated model speaks first and thinks last: of a cut answer the first words are left, one to a token. */
function upTo(mostTokens: number, { text, usage }: FullReply, model: string): SimulatedReply {
  const over = usage.completionTokens - mostTokens;
  if (over <= 0) return { text, usage, isCut: false };
  const priced = simulatedModels.find(({ id }) => id === model);
  const savedUsd = priced ? (over * simulatedPrice(priced).outputPerMillionUsd) / 1e6 : 0;
  const costUsd = usage.costUsd === undefined ? undefined : Number((usage.costUsd - savedUsd).toPrecision(6));
  const said = pieces(text).slice(0, mostTokens).join("");
  return { text: said, usage: { ...usage, completionTokens: mostTokens, costUsd }, isCut: true };
}

function fullReplies(simulation: Simulation): (model: string, prompt: string) => FullReply {
  const { promptsPerDomain, seed, skills } = simulation;
  const scripted = new Map(simulation.known.map((one) => [one.prompt, one]));
  const questions = new Map<string, SimulatedQuestion>();
  for (const question of simulatedQuestions(promptsPerDomain, seed)) questions.set(question.prompt, question);
  const models = new Map(simulatedModels.map((model) => [model.id, { model, answered: new Map<string, FullReply>() }]));
  return (name, prompt) => {
    const told = scripted.get(prompt);
    if (told !== undefined) {
      const isRight = draw(seed, "known", name, prompt) < (skills[name] ?? 1 / 2);
      return { ...madeUp(name, prompt, seed), text: isRight ? told.right : told.wrong };
    }
    const [known, question] = [models.get(name), questions.get(prompt)];
    if (known === undefined || question === undefined) return madeUp(name, prompt, seed);
    const before = known.answered.get(prompt);
    if (before) return before;
    const { text, costUsd, promptTokens, completionTokens } = simulatedAnswer(known.model, question, seed);
    const reply = { text, usage: { promptTokens, completionTokens, costUsd } };
    known.answered.set(prompt, reply);
    return reply;
  };
}

function madeUp(model: string, prompt: string, seed: number): FullReply {
  const uniform = draw(seed, "reply", model, prompt);
  const usage = { promptTokens: Math.ceil(prompt.length / 4), completionTokens: 20 + Math.floor(400 * uniform) };
  return { text: letters[Math.floor(4 * ((997 * uniform) % 1))] ?? "", usage };
}

/** The pieces in which an answer goes out, in one format: one piece when it is whole. */
export function replyPieces(format: WireFormat, asked: ChatAsked, honest: Served, fault?: Fault): string[] {
  const served = fault ? faulty(honest, fault) : honest;
  if (fault?.kind === "error-in-200") {
    const status = 502;
    const message = "the model is down";
    return [asked.stream ? format.errorEvent(status, message) : format.error(status, message)];
  }
  const pieces = asked.stream ? format.events(served, asked.includeUsage) : [format.whole(served)];
  if (fault?.kind !== "invalid-json") return pieces;
  const [first = ""] = pieces;
  return [`${first.slice(0, first.length / 2)}${asked.stream ? "\n\n" : ""}`];
}

/** The model named in the reply, and its usage, after what the fault does to them. */
function faulty(served: Served, { kind }: Fault): Served {
  const { usage } = served;
  switch (kind) {
    case "wrong-model":
      return { ...served, model: `${served.model}-mini` };
    case "no-usage":
      return { ...served, usage: undefined };
    case "negative-usage":
      return { ...served, usage: usage && { ...usage, completionTokens: -usage.completionTokens } };
    case "huge-usage":
      return { ...served, usage: usage && { ...usage, promptTokens: 1e15 } };
    default:
      return served;
  }
}

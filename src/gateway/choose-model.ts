/** Who is to answer: a model the client names, or the one a router chooses, with the chain behind it. */
import type { IncomingHttpHeaders } from "node:http";
import { UsageError } from "../core/errors.ts";
import { unknownName } from "../core/near-names.ts";
import type { Controls, DecideRequest, ServedDecision, SessionMemory, Target } from "../serving/decider.ts";
import { NoCandidateError } from "../serving/no-candidate-error.ts";
import type { VirtualKey } from "../gateway-state/state.ts";
import { mayAsk } from "./admission.ts";
import { ApiError } from "./api-error.ts";
import type { ReadBody } from "./body/read-body.ts";
import type { GatewayContext } from "./gateway-context.ts";
import type { RunningCall } from "./running-call.ts";
import type { ServedModel } from "./upstream/endpoint.ts";
import type { Wire } from "./wires/wire.ts";
import type { ModelChoice } from "./model-choice.ts";

type Choosing = Pick<GatewayContext, "models" | "decider"> & {
  readonly settings: Pick<GatewayContext["settings"], "fallbacks">;
};

/** What the model's name and the headers ask for; a key is told of no model that it may not ask. @throws ApiError 404 for an unknown name, 400 for an unreadable header */
export function targetOf(
  { models, decider }: Choosing,
  model: string,
  header: (name: string) => string | undefined,
  key: VirtualKey | undefined,
): Target {
  // A model of the configuration that no router knows can be asked for by its name as well.
  if (models.has(model)) return { kind: "bypass", model };
  // A number may stand behind a router's name.
  const isRouter = (name: string): boolean => model === name || model.startsWith(`${name}-`);
  if (model.length > longestName || !decider.routers.some(isRouter))
    throw unknownModel(model, [...decider.routers, ...Array.from(models.keys()).filter((name) => mayAsk(key, name))]);
  try {
    return decider.target(model, header, key?.models && ((name) => mayAsk(key, name)));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new ApiError({ status: 400, code: "bad_control", problem: error.message, cause: error });
  }
}

/** A longer one is no router's, and looking for names near it would take long. */
const longestName = 200;

function unknownModel(model: string, known: readonly string[]): ApiError {
  const { message } = unknownName("model", model.slice(0, 100), known);
  return new ApiError({ status: 404, code: "model_not_found", problem: message, param: "model" });
}

/** The model a client named, which no router is asked about. @throws ApiError 400 for a model of another wire format */
export function bypassChoice({ models }: Choosing, name: string, wire: Wire): ModelChoice {
  const model = models.get(name);
  if (model === undefined) throw unknownModel(name, [...models.keys()]);
  if (model.format !== wire.format) throw otherFormat(model, wire);
  return { chain: [model], decision: undefined };
}

export interface Asking {
  readonly controls: Controls;
  readonly key: VirtualKey | undefined;
  readonly memory: SessionMemory | undefined;
  /** whether all alternatives are to be told, and not only those that may be asked */
  readonly wantsAll: boolean;
}

/**
 * The choice for a call. Without a promise where neither sessions nor the decider need one: the hot path has no turn of the event
 * loop in it. @throws ApiError for an unknown model, one the key may not ask, or when none may be asked
 */
export function choose(
  context: Choosing & Pick<GatewayContext, "state">,
  call: Pick<RunningCall, "wire" | "key" | "stop"> & { explain: boolean; session: string | undefined },
  body: ReadBody,
  headers: IncomingHttpHeaders,
): ModelChoice | Promise<ModelChoice> {
  const { wire, key } = call;
  const target = targetOf(context, body.model, headerReader(headers), key);
  if (target.kind === "bypass") {
    if (!mayAsk(key, target.model)) throw notForKey(target.model);
    return bypassChoice(context, target.model, wire);
  }
  const { controls } = target;
  const wantsAll = call.explain || controls.explain;
  call.explain = controls.explain;
  call.session = controls.session;
  const memory = controls.session === undefined ? undefined : context.state.sessions.get(key?.id, controls.session);
  const decided = (known: SessionMemory | undefined): ModelChoice | Promise<ModelChoice> => {
    try {
      const asked = decideRequest(context, body, wire, { controls, key, memory: known, wantsAll });
      const { decider } = context;
      const deciding = decider.decide(asked, decider.isImmediate ? neverAborted : call.stop.signal);
      if (!(deciding instanceof Promise)) return chainOf(context, deciding, wire);
      return deciding
        .then((decision) => chainOf(context, decision, wire))
        .catch((error: unknown) => {
          throw undecided(error, key);
        });
    } catch (error) {
      throw undecided(error, key);
    }
  };
  return memory instanceof Promise ? memory.then(decided) : decided(memory);
}

const neverAborted = new AbortController().signal;

/** Gives a header's text by its name in lower case. */
export function headerReader(headers: IncomingHttpHeaders): (name: string) => string | undefined {
  return (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(",") : value;
  };
}

function notForKey(model: string): ApiError {
  return new ApiError({
    status: 403,
    code: "model_not_allowed",
    problem: `this key may not ask ${model.slice(0, 100)}`,
  });
}

/** What a decider is asked. @throws ApiError 400 when the body is no conversation of this format */
export function decideRequest(
  { models, decider, settings }: Choosing,
  { fields }: ReadBody,
  wire: Wire,
  asking: Asking,
): DecideRequest {
  const dialogue = wire.operation === "embeddings" ? undefined : wire.dialogue(fields);
  if (dialogue === undefined) {
    const isChat = wire.operation !== "embeddings";
    const problem = isChat ? `the body holds no conversation that /v1${wire.path} knows` : "no router chooses for this";
    const mend = isChat ? undefined : "Name a model";
    throw new ApiError({ status: 400, code: isChat ? "messages_missing" : "model_needed", problem, mend });
  }
  const { controls, key, memory, wantsAll } = asking;
  const unserved = unservedModels(models, decider.models, wire.format, key);
  if (unserved?.size === decider.models.length) throw nobodyFor(wire, decider.models, models);
  const needs = wire.needs(fields, dialogue);
  const mostAlternatives = wantsAll ? undefined : settings.fallbacks;
  return { dialogue, needs, controls, unserved, key: key?.id, memory, mostAlternatives };
}

/** Models of the routers that cannot be asked here, each with why; undefined = none. */
function unservedModels(
  models: Choosing["models"],
  names: readonly string[],
  format: Wire["format"],
  key: VirtualKey | undefined,
): ReadonlyMap<string, string> | undefined {
  let unserved: Map<string, string> | undefined;
  for (const name of names) {
    const model = models.get(name);
    if (model?.format === format && mayAsk(key, name)) continue;
    const other = model?.format === format ? "not for this key" : "speaks another wire format";
    (unserved ??= new Map()).set(name, model ? other : "not in the configuration");
  }
  return unserved;
}

/** Whatever a client asks of the router, none of its models may answer here: then its own controls are not what is in the way. */
function nobodyFor(wire: Wire, pool: readonly string[], models: Choosing["models"]): ApiError {
  if (pool.some((name) => models.get(name)?.format === wire.format)) {
    return noneForKey();
  }
  const [own, at] =
    wire.format === "anthropic" ? ["Anthropic's", "/v1/chat/completions"] : ["OpenAI's", "/v1/messages"];
  const problem = `none of the router's models that are served here speaks ${own} format`;
  const mend = `Ask at ${at}, or name a model in signalbox.yaml that does (provider: ${wire.format})`;
  return new ApiError({ status: 400, code: "other_wire_format", problem, mend });
}

function noneForKey(): ApiError {
  const problem = "this key may not ask any model that the router could choose";
  return new ApiError({ status: 403, code: "model_not_allowed", problem });
}

/** The chain a decision stands for. @throws ApiError 503 for a choice that is not among the models served */
export function chainOf({ models, settings }: Choosing, decision: ServedDecision, wire: Wire): ModelChoice {
  const chain: ServedModel[] = [];
  const add = (name: string): void => {
    const model = models.get(name);
    if (model?.format === wire.format) chain.push(model);
  };
  add(decision.model);
  for (const { model } of decision.alternatives.slice(0, settings.fallbacks)) add(model);
  if (chain[0]?.name === decision.model) return { chain, decision };
  const problem = `the router chose ${decision.model}, which is not served here`;
  throw new ApiError({ status: 503, code: "no_model", problem });
}

/** What a client is told when no model may be asked: of those that its key may ask, why. */
function undecided(error: unknown, key: VirtualKey | undefined): unknown {
  if (!(error instanceof NoCandidateError)) return error;
  const gated = error.gated.filter(({ model }) => mayAsk(key, model));
  if (gated.length === 0) return noneForKey();
  const { problem, mend } = new NoCandidateError(gated, error.router);
  return new ApiError({ status: 400, code: "no_model_fits", problem, mend, cause: error });
}

function otherFormat({ name, format }: ServedModel, { path }: Wire): ApiError {
  const [own, other] = format === "anthropic" ? ["Anthropic's", "/v1/messages"] : ["OpenAI's", "/v1/chat/completions"];
  const problem = `${name} speaks ${own} format, and /v1${path} does not`;
  const mend = `Ask for it at ${other}: bodies are passed on as they are, and not translated`;
  return new ApiError({ status: 400, code: "other_wire_format", problem, mend, param: "model" });
}

/**
 * A language model of the AI SDK (`ai` 6, interface v3) that chooses among others for every call. It delegates: what the
 * chosen model answers is passed on as it comes. A model that fails before its first part gives way to the next best; a cascade's
 * answer is held until it is accepted.
 */
import { z } from "zod";
import type { InProcessRouter, RouteOptions } from "./create-router.ts";
import type { CascadeStep, ServedDecision } from "./decider.ts";
import { sdkDialogue, sdkNeeds } from "./sdk-prompt.ts";
import type { SdkCall } from "./sdk-prompt.ts";
import { UsageError } from "../core/errors.ts";

/** The part of a LanguageModelV3 that is used; `ai` itself is not needed to have it. */
export interface SdkLanguageModel {
  readonly specificationVersion: "v3";
  readonly provider: string;
  readonly modelId: string;
  readonly supportedUrls: unknown;
  doGenerate(options: never): PromiseLike<SdkAnswer>;
  doStream(options: never): PromiseLike<SdkStream>;
}

interface SdkAnswer {
  readonly content: readonly { readonly type: string }[];
  readonly usage: { readonly outputTokens: { readonly total?: number | undefined } };
}

interface SdkStream {
  readonly stream: ReadableStream<{ readonly type: string }>;
}

type SdkPart = { readonly type: string } & Readonly<Record<string, unknown>>;

/** What a caller may say of one call, under `providerOptions.signalbox`. */
const callOptions = z
  .strictObject({
    router: z.string(),
    policy: z.string(),
    allow: z.array(z.string()),
    exclude: z.array(z.string()),
    maxCostUsd: z.number().min(0),
    qualityFloor: z.number(),
    session: z.string(),
  })
  .partial();

export interface SignalboxModelOptions<Model extends SdkLanguageModel> {
  readonly router: InProcessRouter;
  /** by the ids that the router knows; a model of its pool that is not here is never chosen */
  readonly models: Readonly<Record<string, Model>>;
  /** models asked after the chosen one failed, next best first. @default 2 */
  readonly fallbacks?: number | undefined;
}

/** The members of the interface, without what a provider's own class adds to them. */
type Interface = "specificationVersion" | "provider" | "modelId" | "supportedUrls" | "doGenerate" | "doStream";

/**
 * The model to give to `generateText`, `streamText` and the rest of `ai`. `providerMetadata.signalbox` of a result says who
 * was asked, and why.
 * @throws UsageError when none of the models is one the router knows.
 * @example const model = signalboxModel({ router, models: { "gpt-5": openai("gpt-5"), "qwen3-8b": local("qwen3-8b") } });
 */
export function signalboxModel<Model extends SdkLanguageModel>(
  options: SignalboxModelOptions<Model>,
): Pick<Model, Interface> {
  const known = options.router.decider.models;
  if (!known.some((id) => Object.hasOwn(options.models, id))) {
    throw new UsageError({
      problem: "none of the models is one the router was fitted on",
      where: "models",
      mend: `Give models under these names: ${known.join(", ")}.`,
    });
  }
  const model: SdkLanguageModel = {
    specificationVersion: "v3",
    provider: "signalbox",
    modelId: "auto",
    supportedUrls: {},
    doGenerate: (call: SdkCall) => generate(options, call),
    doStream: (call: SdkCall) => stream(options, call),
  };
  // The members are the interface's own; which version of its types is the caller's.
  const delegating: unknown = model;
  return delegating as Pick<Model, Interface>;
}

async function generate(options: SignalboxModelOptions<SdkLanguageModel>, call: SdkCall): Promise<SdkAnswer> {
  const decision = await choose(options, call);
  const asked: string[] = [];
  let step = decision.cascade;
  while (step && !step.isLast) {
    asked.push(step.model);
    // Each answer decides whether the next model is asked.
    // oxlint-disable-next-line no-await-in-loop
    const answer = await attempt(() => modelOf(options, step?.model).doGenerate(call as never), call);
    const next = step.next(answer && read(answer.content, answer.usage.outputTokens.total));
    if (next === "accept" && answer) return withMetadata(answer, decision, asked);
    step = next === "accept" ? undefined : next;
  }
  return firstThatAnswers(chain(options, decision, step, asked), call, asked, async (id) =>
    withMetadata(await modelOf(options, id).doGenerate(call as never), decision, asked),
  );
}

async function stream(options: SignalboxModelOptions<SdkLanguageModel>, call: SdkCall): Promise<SdkStream> {
  const decision = await choose(options, call);
  const asked: string[] = [];
  let step = decision.cascade;
  while (step && !step.isLast) {
    asked.push(step.model);
    const id = step.model;
    // oxlint-disable-next-line no-await-in-loop
    const held = await attempt(() => wholeStream(options, id, call), call);
    const next = step.next(held && readParts(held.parts));
    if (next === "accept" && held) return { ...held.result, stream: streamOf(held.parts, decision, asked) };
    step = next === "accept" ? undefined : next;
  }
  return firstThatAnswers(chain(options, decision, step, asked), call, asked, async (id) => {
    const result = await modelOf(options, id).doStream(call as never);
    return { ...result, stream: await begun(result.stream, decision, asked) };
  });
}

function choose({ router, models }: SignalboxModelOptions<SdkLanguageModel>, call: SdkCall): Promise<ServedDecision> {
  const parsed = callOptions.safeParse(call.providerOptions?.["signalbox"] ?? {});
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0] ?? { path: [], message: "" };
    throw new UsageError({ problem: message, where: ["providerOptions.signalbox", ...path].join(".") });
  }
  const absent = router.decider.models.filter((id) => !Object.hasOwn(models, id));
  const given: RouteOptions = parsed.data;
  return router.route(sdkDialogue(call), {
    ...given,
    exclude: [...(given.exclude ?? []), ...absent],
    needs: sdkNeeds(call),
    maxOutputTokens: call.maxOutputTokens,
    signal: call.abortSignal,
  });
}

function modelOf({ models }: SignalboxModelOptions<SdkLanguageModel>, id = ""): SdkLanguageModel {
  const model = models[id];
  if (model) return model;
  throw new UsageError({ problem: `"${id}" was chosen and is not among the models`, where: "models" });
}

/** The chosen model, or a cascade's last, and those behind it that were not asked: what a cascade rejected is not paid twice. */
function chain(
  { fallbacks = 2 }: SignalboxModelOptions<SdkLanguageModel>,
  { model, alternatives }: ServedDecision,
  last: CascadeStep | undefined,
  asked: readonly string[],
): string[] {
  const first = last?.model ?? model;
  const others = alternatives.map((other) => other.model).filter((id) => id !== first && !asked.includes(id));
  return [first, ...others.slice(0, fallbacks)];
}

/** Undefined for a call that failed. A caller who left is told so. */
async function attempt<Result>(work: () => PromiseLike<Result>, { abortSignal }: SdkCall): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (abortSignal?.aborted) throw error;
    return undefined;
  }
}

/** @throws what the last of them threw. */
async function firstThatAnswers<Result>(
  ids: readonly string[],
  { abortSignal }: SdkCall,
  asked: string[],
  ask: (id: string) => Promise<Result>,
): Promise<Result> {
  let failure: unknown;
  for (const id of ids) {
    asked.push(id);
    try {
      // The next is asked only when this one failed.
      // oxlint-disable-next-line no-await-in-loop
      return await ask(id);
    } catch (error) {
      if (abortSignal?.aborted) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** The stream once its first part with content is there. @throws what an error part before it holds. */
async function begun(
  source: SdkStream["stream"],
  decision: ServedDecision,
  asked: readonly string[],
): Promise<SdkStream["stream"]> {
  const reader = source.getReader();
  const held: SdkPart[] = [];
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const { done, value } = await reader.read();
    if (done) break;
    const part = value as SdkPart;
    if (part.type === "error") {
      await reader.cancel();
      throw part["error"];
    }
    held.push(part);
    if (!preliminary.includes(part.type)) break;
  }
  return new ReadableStream<{ readonly type: string }>({
    async pull(controller) {
      const next = held.shift() ?? (await reader.read()).value;
      if (next === undefined) controller.close();
      else controller.enqueue(next.type === "finish" ? withMetadata(next, decision, asked) : next);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

const preliminary = ["stream-start", "response-metadata", "raw"];

async function wholeStream(
  options: SignalboxModelOptions<SdkLanguageModel>,
  id: string,
  call: SdkCall,
): Promise<{ readonly result: SdkStream; readonly parts: SdkPart[] }> {
  const result = await modelOf(options, id).doStream(call as never);
  const parts: SdkPart[] = [];
  for await (const part of result.stream as unknown as AsyncIterable<SdkPart>) {
    if (part.type === "error") throw part["error"];
    parts.push(part);
  }
  return { result, parts };
}

function streamOf(parts: readonly SdkPart[], decision: ServedDecision, asked: readonly string[]): SdkStream["stream"] {
  return new ReadableStream<SdkPart>({
    start(controller) {
      for (const part of parts) {
        controller.enqueue(part.type === "finish" ? withMetadata(part, decision, asked) : part);
      }
      controller.close();
    },
  });
}

type HeldAnswer = Parameters<CascadeStep["next"]>[0];

function read(content: SdkAnswer["content"], tokens: number | undefined): HeldAnswer {
  const texts = (content as readonly SdkPart[]).flatMap(({ type, text }) => (type === "text" ? [String(text)] : []));
  return { text: texts.join(""), completionTokens: tokens ?? NaN };
}

function readParts(parts: readonly SdkPart[]): HeldAnswer {
  const text = parts.flatMap(({ type, delta }) => (type === "text-delta" ? [String(delta)] : [])).join("");
  const usage = parts.find(({ type }) => type === "finish")?.["usage"] as SdkAnswer["usage"] | undefined;
  return { text, completionTokens: usage?.outputTokens.total ?? NaN };
}

/** `model`: who answered, the last that was asked. */
function withMetadata<Part extends object>(part: Part, decision: ServedDecision, asked: readonly string[]): Part {
  const { providerMetadata } = part as { readonly providerMetadata?: object };
  const { router, reason, policyHash, decisionUs } = decision;
  const told = {
    model: asked.at(-1) ?? "",
    chosen: decision.model,
    asked: [...asked],
    router,
    reason,
    policyHash,
    decisionUs,
  };
  return { ...part, providerMetadata: { ...providerMetadata, signalbox: told } };
}

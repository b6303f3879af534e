/** Routing inside a program: the gateway's decisions without the gateway. No model is called; the caller calls the one named. */
import { parsePolicy } from "../core/policy.ts";
import type { Policy } from "../core/policy.ts";
import type { SavedRouter } from "../experiment/artefact.ts";
import type { Price } from "../prices/price.ts";
import type { DecideRequest, Decider, Dialogue, Needs, ServedDecision, SessionMemory } from "./decider.ts";
import { requireKnown } from "./name-patterns.ts";
import { openServing, servingSchema } from "./serving-settings.ts";
import type { RoutersByName, ServingSettingsInput } from "./serving-settings.ts";

export interface CreateRouterOptions {
  /** what `signalbox fit` saved: its folder, or as `loadRouter` gave it; or several by name, the first being the default */
  readonly router: string | SavedRouter | RoutersByName;
  /** as the `gateway` section of signalbox.yaml has it: fallbackPolicy, split, shadow, capabilities … */
  readonly config?: ServingSettingsInput | undefined;
  /** by model; for cost ceilings and for sessions */
  readonly prices?: Readonly<Record<string, Price>> | undefined;
}

/** What may be asked of one choice; everything may be left out. */
export interface RouteOptions {
  readonly router?: string | undefined;
  /** "costWeight 300", or as an object */
  readonly policy?: string | Policy | undefined;
  /** model ids, * for any run of characters */
  readonly allow?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly maxCostUsd?: number | undefined;
  readonly qualityFloor?: number | undefined;
  /** the same text for every turn of a conversation: it then keeps its model while a change would not pay */
  readonly session?: string | undefined;
  /** what the model must be able to do; tokens are estimated where they are not given */
  readonly needs?: Partial<Needs> | undefined;
  /** tokens of the longest answer, for the context */
  readonly maxOutputTokens?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface InProcessRouter {
  /** what stands behind it: names, counts, warnings, and `decide` without a promise where the encoder is the offline one */
  readonly decider: Decider;
  /**
   * The model to ask for a prompt, or for a whole conversation.
   * @throws NoCandidateError when no model may be asked, saying which gate removed which; UsageError for unknown names.
   */
  route(prompt: string | Dialogue, options?: RouteOptions): Promise<ServedDecision>;
  close(): Promise<void>;
}

/**
 * Opens saved routers for use in this process. Close it when done: a local encoder runs in worker threads.
 * @throws ArtefactError for a router that cannot be read; UsageError for a config that means nothing.
 * @example
 * const router = await createRouter({ router: "my-router" });
 * const { model } = await router.route("Prove that there is no largest prime.");
 */
export async function createRouter({
  router,
  config = {},
  prices = {},
}: CreateRouterOptions): Promise<InProcessRouter> {
  const settings = servingSchema.parse(config);
  const routers = typeof router === "string" || isSaved(router) ? { default: router } : router;
  const decider = await openServing(routers, settings, (model) =>
    Object.hasOwn(prices, model) ? prices[model] : undefined,
  );
  const sessions = rememberedSessions();
  return {
    decider,
    async route(prompt, options = {}) {
      const dialogue = typeof prompt === "string" ? [{ role: "user" as const, text: prompt }] : prompt;
      const memory = options.session === undefined ? undefined : sessions.get(options.session);
      const request = requestOf(decider, dialogue, options, memory);
      const decision = await decider.decide(request, options.signal ?? new AbortController().signal);
      if (options.session !== undefined) {
        sessions.put(options.session, { model: decision.model, cachedTokens: request.needs.promptTokens });
      }
      return decision;
    },
    close: () => decider.close(),
  };
}

function isSaved(router: SavedRouter | RoutersByName): router is SavedRouter {
  return "fitted" in router && typeof router.fitted === "object" && "router" in router.fitted;
}

function requestOf(
  decider: Decider,
  dialogue: Dialogue,
  options: RouteOptions,
  memory: SessionMemory | undefined,
): DecideRequest {
  const { allow, exclude = [], router, policy: given, needs, maxOutputTokens = 0 } = options;
  requireKnown(allow ?? [], decider.models, "allow");
  requireKnown(exclude, decider.models, "exclude");
  const policy = typeof given === "string" ? parsePolicy(given, "policy") : given;
  const promptTokens = needs?.promptTokens ?? tokensOf(dialogue);
  return {
    dialogue,
    needs: {
      promptTokens,
      contextTokens: promptTokens + maxOutputTokens,
      tools: false,
      vision: false,
      json: false,
      ...needs,
    },
    controls: {
      router,
      policy,
      allowed: allow,
      excluded: exclude,
      ceilingUsd: options.maxCostUsd,
      floor: options.qualityFloor,
      session: options.session,
      explain: false,
    },
    key: undefined,
    memory,
  };
}

/** English text has some four characters a token, code and most other languages fewer: enough for a gate, not for a bill. */
const charactersPerToken = 4;

function tokensOf(dialogue: Dialogue): number {
  return Math.ceil(dialogue.reduce((sum, { text }) => sum + text.length, 0) / charactersPerToken);
}

const mostSessions = 10_000;

/** The latest sessions; the one that was used longest ago is forgotten first. */
function rememberedSessions() {
  const known = new Map<string, SessionMemory>();
  return {
    get: (id: string): SessionMemory | undefined => known.get(id),
    put(id: string, memory: SessionMemory): void {
      known.delete(id);
      known.set(id, memory);
      const [oldest] = known.keys();
      if (known.size > mostSessions && oldest !== undefined) known.delete(oldest);
    },
  };
}

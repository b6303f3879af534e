/**
 * A cascade served for real: each answer is held until the router accepts it, the last one is passed on as it comes. Every call
 * is billed; a call that failed has no answer, and the next step is asked.
 */
import type { CascadeStep } from "../serving/decider.ts";
import { costOf } from "./answer/cost-of-call.ts";
import { ApiError } from "./api-error.ts";
import type { CallGuard } from "./call-guard.ts";
import type { RunningCall } from "./running-call.ts";
import type { Forwarded } from "./upstream/forward.ts";
import type { AnswerFacts } from "./wires/wire.ts";

/** @param tooSmall what the step before said, where the prompt was too long for its model: narrower ones are not asked */
export type AskStep = (
  step: Pick<CascadeStep, "model" | "isLast">,
  tooSmall: Forwarded | undefined,
) => Promise<Forwarded>;

/** The answer that was accepted. @throws as `forward`, when the last step fails */
export async function climbCascade(
  call: RunningCall,
  guard: CallGuard,
  first: CascadeStep,
  ask: AskStep,
): Promise<Forwarded> {
  let step = first;
  const before: StepsBefore = { tooSmall: undefined, refused: undefined };
  for (;;) {
    // Each step waits for the verdict on the one before.
    // oxlint-disable-next-line no-await-in-loop
    const forwarded: Forwarded | undefined = await askedStep(step, ask, before);
    const facts = forwarded && factsOf(forwarded);
    if (forwarded && (step.isLast || isClientsFault(forwarded, facts))) return forwarded;
    const next = step.next(facts && { text: facts.text, completionTokens: facts.usage?.outputTokens ?? NaN });
    if (next === "accept") return forwarded ?? unanswered();
    if (facts) billRejected(call, guard, forwarded);
    else before.tooSmall = forwarded ?? before.tooSmall;
    step = next;
  }
}

/** What an endpoint finds wrong with the request, whatever the step; a prompt that is too long for a model is for one that takes more. */
function isClientsFault({ isTooLong }: Forwarded, facts: AnswerFacts | undefined): boolean {
  return facts === undefined && !isTooLong;
}

function factsOf({ facts, watch }: Forwarded): AnswerFacts | undefined {
  return facts ?? watch?.facts();
}

function unanswered(): never {
  throw new ApiError({ status: 502, code: "upstream_failed", problem: "no step of the cascade answered" });
}

/** What the steps before leave to the next one. */
interface StepsBefore {
  /** what a model said that was too small for the prompt */
  tooSmall: Forwarded | undefined;
  /** the first refusal of a budget: of the model that was chosen first */
  refused: ApiError | undefined;
}

/** Undefined for a step that failed and has another behind it. */
async function askedStep(step: CascadeStep, ask: AskStep, before: StepsBefore): Promise<Forwarded | undefined> {
  try {
    return await ask(step, before.tooSmall);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const refused = error.code === "budget_exceeded" ? (before.refused ??= error) : undefined;
    if (step.isLast) throw refused ?? error;
    return undefined;
  }
}

function billRejected(call: RunningCall, guard: CallGuard, forwarded: Forwarded): void {
  const { wire, promptCharacters, body, expected } = call;
  const cost = costOf({ forwarded, wire, promptCharacters, body, expected });
  guard.settle(cost.costUsd);
  (call.rejected ??= []).push(cost);
  if (forwarded.answer.kind !== "stream") return;
  guard.succeeded(forwarded.endpoint);
  const nothing = (): void => undefined;
  // It is whole; reading its end gives the connection back.
  forwarded.answer.flow.start({ data: nothing, end: nothing, failed: nothing });
}

/**
 * One task's outcome from tau2-bench: the reward, or the mean over trials. A run that did not end by the agent or the user has
 * reward 0 by the official rule; one that the harness or its user simulator broke is no grade. Barres et al., 2025,
 * arXiv:2506.07982.
 */
import { z } from "zod";
import type { ScoreResult } from "../../core/evaluator.ts";
import { graded, ungraded } from "../../core/score-result.ts";
import { mean } from "../../math/stats.ts";
import { allOf } from "./all-of.ts";

const reward = z.number().min(0).max(1);

const schema = z.object({
  error: z.unknown().optional(),
  termination_reason: z.string().nullish(),
  reward: reward.nullish(),
  reward_info: z.looseObject({ reward: reward.nullish() }).nullish(),
  trials: z.array(reward.nullable()).optional(),
});

type Outcome = z.infer<typeof schema>;

const stopped = ["agent_stop", "user_stop"];
/** The agent's fault. What is neither here nor above never became a run that can be graded. */
const gaveUp = ["max_steps", "too_many_errors", "agent_error", "timeout"];

export function tau2Report(body: unknown): ScoreResult {
  const result = schema.safeParse(body);
  if (!result.success || Object.values(result.data).every((value) => value === undefined)) {
    return ungraded("unsupported", "no outcome of tau2-bench");
  }
  return broken(result.data) ?? rewarded(result.data);
}

function broken({ error, termination_reason: reason }: Outcome): ScoreResult | undefined {
  if (error)
    return ungraded(
      "sandbox-error",
      `the harness failed: ${(typeof error === "string" ? error : JSON.stringify(error)).slice(0, 200)}`,
    );
  const isKnown = typeof reason !== "string" || [...stopped, ...gaveUp].includes(reason);
  return isKnown ? undefined : ungraded("sandbox-error", `ended by ${reason}`);
}

function rewarded({ termination_reason: reason, reward: own, reward_info: info, trials }: Outcome): ScoreResult {
  if (trials) return ofTrials(trials.filter((one) => one !== null));
  if (typeof reason === "string" && gaveUp.includes(reason)) return graded(0, "0", { detail: `ended by ${reason}` });
  const earned = own ?? info?.reward;
  return earned === undefined || earned === null ? ungraded("sandbox-error", "there is no reward") : ofTrials([earned]);
}

/** pass^k: the chance that k trials drawn without replacement all succeed. */
function ofTrials(rewards: readonly number[]): ScoreResult {
  if (rewards.length === 0) return ungraded("sandbox-error", "no trial could be graded");
  const successes = rewards.filter((one) => one === 1).length;
  const parts = rewards.map((_, i) => [`pass^${i + 1}`, allOf(rewards.length, successes, i + 1)] as const);
  const score = mean(rewards);
  return graded(score, String(score), rewards.length > 1 ? { parts: Object.fromEntries(parts) } : {});
}

/**
 * The simulated pool: models whose skill per domain and cost per answer follow published tables, answering made-up
 * questions with known answers.
 *
 *   P(right) = σ( logit(published accuracy) + kind offset − difficulty ),
 * where the kind offset is a fixed ±1 per model and kind of question, and the difficulty is shared by all models, so
 * that hard prompts are hard for everyone. Cost per answer is the published mean cost of the domain times a log-normal
 * factor of the question's length. Everything is drawn from named streams of one seed.
 */
import { seededRandom } from "../math/random.ts";
import { domains, publishedModels } from "./paper-skills.ts";
import type { PublishedModel } from "./paper-skills.ts";
import { makeQuestions } from "./questions.ts";
import type { Question } from "./questions.ts";

export interface SimulatedQuestion extends Question {
  /** from 1, inside its domain */
  readonly index: number;
  readonly difficulty: number;
}

export interface SimulatedAnswer {
  readonly text: string;
  readonly correct: boolean;
  readonly costUsd: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

const kindSpread = 1;
const difficultySpread = 1;

/** The questions of all domains: `perDomain` each, distinct prompts, the same for the same seed. */
export function simulatedQuestions(perDomain: number, seed: number): SimulatedQuestion[] {
  return domains.flatMap(({ id }) => {
    const random = seededRandom(seed, "questions", id);
    const seen = new Set<string>();
    const distinct = makeQuestions(id, perDomain * 4, random).filter(({ prompt }) => {
      if (seen.has(prompt)) return false;
      seen.add(prompt);
      return true;
    });
    return distinct.slice(0, perDomain).map((question, i) => ({
      ...question,
      index: i + 1,
      difficulty: difficultySpread * random.normal() + 0.08 * (question.steps - 4),
    }));
  });
}

/** One model's answer to one question; the same for the same (seed, model, question). */
export function simulatedAnswer(model: PublishedModel, question: SimulatedQuestion, seed: number): SimulatedAnswer {
  const random = seededRandom(seed, "answer", model.id, question.domain, question.index);
  const domain = domains.findIndex(({ id }) => id === question.domain);
  const offset = seededRandom(seed, "skill", model.id, question.kind).uniform() < 0.5 ? -kindSpread : kindSpread;
  const accuracy = Math.min(0.98, Math.max(0.02, model.accuracy[domain]! / 100));
  const logit = 1.35 * Math.log(accuracy / (1 - accuracy)) + offset - question.difficulty;
  const correct = random.uniform() < 1 / (1 + Math.exp(-logit));
  const meanCostUsd = model.totalCostUsd[domain]! / domains[domain]!.publishedPrompts;
  const costUsd = meanCostUsd * Math.exp(0.35 * random.normal() + 0.15 * question.difficulty);
  return {
    text: correct ? question.answer : wrongAnswer(question.answer, random.below(9) + 1),
    correct,
    costUsd: Number(costUsd.toPrecision(6)),
    promptTokens: Math.ceil(question.prompt.length / 4),
    completionTokens: Math.ceil(200 * Math.exp(0.5 * random.normal() + 0.2 * question.difficulty)),
  };
}

/** A plausible answer that is not the right one. */
function wrongAnswer(answer: string, shift: number): string {
  if (/^-?\d+(\.\d+)?$/.test(answer)) return String(Number(answer) + shift);
  if (/^[A-D]$/.test(answer)) return "ABCD"[("ABCD".indexOf(answer) + (shift % 3) + 1) % 4]!;
  return answer.split("").toReversed().join("").replace(answer, `${answer}?`);
}

export { publishedModels as simulatedModels };

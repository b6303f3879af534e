/**
 * The simulated pool: models whose skill per domain and cost per answer follow published tables, answering made-up
 * multiple-choice questions with known keys. They answer as models do, in a sentence; who scores them has to read it.
 *
 *   P(right) = σ( logit(published accuracy) + kind offset − difficulty ),
 * where the kind offset is a fixed ±1 per model and kind of question, and the difficulty is shared by all models, so
 * that hard prompts are hard for everyone. Cost per answer is the published mean cost of the domain times a log-normal
 * factor of the question's length. Everything is drawn from named streams of one seed.
 */
import { seededRandom } from "../math/random.ts";
import type { Random } from "../math/random.ts";
import { letters, multipleChoice } from "./multiple-choice.ts";
import { domains, publishedModels } from "./paper-skills.ts";
import type { PublishedModel } from "./paper-skills.ts";
import { makeQuestion } from "./questions.ts";
import type { Question } from "./questions.ts";
import { simulatedPrice } from "./simulated-price.ts";

export interface SimulatedQuestion extends Pick<Question, "domain" | "kind"> {
  /** as it is sent, choices and all */
  readonly prompt: string;
  /** without the choices */
  readonly bareQuestion: string;
  readonly choices: readonly string[];
  /** the letter of the right choice */
  readonly answer: string;
  /** from 1, inside its domain */
  readonly index: number;
  readonly difficulty: number;
}

export interface SimulatedAnswer {
  readonly text: string;
  /** what the text comes down to; "" when it names none */
  readonly letter: string;
  readonly correct: boolean;
  readonly costUsd: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

const kindSpread = 1;
const difficultySpread = 1;

/**
 * The questions of all domains: `perDomain` each, distinct prompts, the same for the same seed. A domain that runs out of
 * questions of some kind has fewer.
 */
export function simulatedQuestions(perDomain: number, seed: number): SimulatedQuestion[] {
  return domains.flatMap(({ id }) => {
    const random = seededRandom(seed, "questions", id);
    return distinctQuestions(id, perDomain, random).map(({ kind, prompt: bareQuestion, answer, steps }, i) => {
      const difficulty = difficultySpread * random.normal() + 0.08 * (steps - 4);
      const { letter, ...posed } = multipleChoice(bareQuestion, answer, seededRandom(seed, "choices", id, i + 1));
      return { domain: id, kind, bareQuestion, ...posed, answer: letter, index: i + 1, difficulty };
    });
  });
}

function distinctQuestions(domain: string, wanted: number, random: Random): Question[] {
  const byPrompt = new Map<string, Question>();
  for (let tried = 0; byPrompt.size < wanted && tried < 4 * wanted; tried++) {
    const question = makeQuestion(domain, tried, random);
    if (!byPrompt.has(question.prompt)) byPrompt.set(question.prompt, question);
  }
  return [...byPrompt.values()];
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
  const wantedUsd = meanCostUsd * Math.exp(0.35 * random.normal() + 0.15 * question.difficulty);
  const letter = correct ? question.answer : wrongLetter(question.answer, random.below(100));
  return {
    text: phrased(letter, question.choices, random.below(phrasings.length)),
    letter,
    correct,
    ...billed(question.prompt, wantedUsd, model),
  };
}

/** Tokens, and what they cost at the model's price: as near to the wanted cost as whole tokens come. */
function billed(
  prompt: string,
  wantedUsd: number,
  model: PublishedModel,
): Pick<SimulatedAnswer, "costUsd" | "promptTokens" | "completionTokens"> {
  const { inputPerMillionUsd, outputPerMillionUsd } = simulatedPrice(model);
  const promptTokens = Math.ceil(prompt.length / 4);
  const inputUsd = (promptTokens * inputPerMillionUsd) / 1e6;
  const completionTokens = Math.max(1, Math.round(((wantedUsd - inputUsd) * 1e6) / outputPerMillionUsd));
  const costUsd = inputUsd + (completionTokens * outputPerMillionUsd) / 1e6;
  return { costUsd: Number(costUsd.toPrecision(6)), promptTokens, completionTokens };
}

/** Another letter; of a hundred wrong answers two name none at all. */
function wrongLetter(right: string, draw: number): string {
  return draw < 2 ? "" : letters[(letters.indexOf(right) + 1 + (draw % 3)) % letters.length]!;
}

/** How models put an answer, each of which a scorer has to read right. */
const phrasings: readonly ((letter: string, choice: string) => string)[] = [
  (letter) => letter,
  (letter) => `The answer is (${letter}).`,
  (letter, choice) => `Working through it step by step, only ${choice} fits.\n\n**Answer: ${letter}**`,
  (letter, choice) => `That gives ${choice}.\n\nFinal answer: \\boxed{${letter}}`,
  (letter, choice) => `Answer: ${letter}. ${choice}`,
];

function phrased(letter: string, choices: readonly string[], phrasing: number): string {
  if (letter === "") return "None of these can be derived from what is given.";
  return phrasings[phrasing]!(letter, choices[letters.indexOf(letter)]!);
}

export { publishedModels as simulatedModels };

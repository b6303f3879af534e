/** The simulated pool's answers as result files, in the layout every results folder has. */
import type { ResultFile } from "../store/write-result-file.ts";
import { domains } from "./paper-skills.ts";
import { simulatedAnswer, simulatedModels, simulatedQuestions } from "./pool.ts";

/** One file per (domain, model), in a fixed order. */
export function* simulatedResultFiles(perDomain: number, seed: number): Generator<ResultFile> {
  const questions = simulatedQuestions(perDomain, seed);
  for (const { id } of domains) {
    const asked = questions.filter(({ domain }) => domain === id);
    for (const model of simulatedModels) {
      const records = asked.map((question) => {
        const answer = simulatedAnswer(model, question, seed);
        return {
          index: question.index,
          origin_query: question.bareQuestion,
          prompt: question.prompt,
          prompt_tokens: answer.promptTokens,
          completion_tokens: answer.completionTokens,
          cost: answer.costUsd,
          score: answer.correct ? 1 : 0,
          prediction: answer.letter,
          ground_truth: question.answer,
          raw_output: answer.text,
        };
      });
      yield { dataset: id, split: "simulated", model: model.id, stamp: "20260101_000000", records };
    }
  }
}

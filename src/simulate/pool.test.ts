import { expect, test } from "vitest";
import { domains } from "./paper-skills.ts";
import { letters } from "./multiple-choice.ts";
import { simulatedAnswer, simulatedModels, simulatedQuestions } from "./pool.ts";

const questions = simulatedQuestions(60, 3);

test("each domain has its share of distinct questions, each with four distinct choices and its key among them", () => {
  for (const { id } of domains) expect(questions.filter(({ domain }) => domain === id)).toHaveLength(60);
  expect(new Set(questions.map(({ prompt }) => prompt)).size).toBe(questions.length);
  for (const { choices, answer, prompt, bareQuestion } of questions) {
    expect(new Set(choices).size).toBe(4);
    expect(prompt).toContain(`${answer}. ${choices[letters.indexOf(answer)]}`);
    expect(prompt.startsWith(bareQuestion.trimEnd())).toBe(true);
  }
  const keys = letters.split("").map((letter) => questions.filter(({ answer }) => answer === letter).length);
  expect(Math.min(...keys)).toBeGreaterThan(questions.length / 6);
});

test("an answer is right exactly when it names the key, and says no letter but its own", () => {
  for (const [i, question] of questions.entries()) {
    const { text, letter, correct } = simulatedAnswer(simulatedModels[i % simulatedModels.length]!, question, 3);
    expect(letter === question.answer).toBe(correct);
    if (letter === "") expect(text).toMatch(/^None of these/);
    else expect(text).toMatch(new RegExp(`(^|[ ({])${letter}($|[ .)}*])`));
  }
});

test("a model's share of right answers follows the published accuracy", () => {
  const many = simulatedQuestions(150, 5).filter(({ domain }) => domain === "exam");
  const strong = simulatedModels.find(({ id }) => id === "GPT-5")!;
  const share = many.filter((question) => simulatedAnswer(strong, question, 5).correct).length / many.length;
  expect(share).toBeGreaterThan(0.6);
});

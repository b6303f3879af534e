import { expect, test } from "vitest";
import { datasetByName } from "../datasets/registry.ts";
import { cannedJudge } from "./canned-judge.ts";
import { scoreAnswers } from "./score-answers.ts";
import { shownChoices } from "./shown-choices.ts";

test("answers are scored in their order, and progress is told", async () => {
  const answers = ["A", "B", ""].map((letter) => ({ response: letter && `Answer: ${letter}`, truth: "B", record: {} }));
  const seen: number[] = [];

  const results = await scoreAnswers(datasetByName("mmlu-pro"), answers, { onProgress: (done) => seen.push(done) });

  expect(results.map(({ status, score }) => [status, score])).toEqual([
    ["scored", 0],
    ["scored", 1],
    ["no-answer", 0],
  ]);
  expect(seen).toEqual([1, 2, 3]);
});

test("an unknown data set is named with its neighbours", () => {
  expect(() => datasetByName("mmlu-por")).toThrow('Did you mean "mmlu-pro"');
});

test("options are read back from the prompt that showed them", () => {
  const prompt = "Here is a list.\nA. not these\nWhich metal?\n(A) lead\n(B) iron\n(C) tin\nAnswer with a letter.";
  expect(shownChoices(prompt).map(({ letter, text }) => letter + text)).toEqual(["Alead", "Biron", "Ctin"]);
  expect(shownChoices("A. one line alone")).toEqual([]);
  expect(shownChoices("No options.")).toEqual([]);
});

test("a canned judge gives its replies in order, the last one again, and says when it has none", async () => {
  const judge = cannedJudge(["A", "B"]);
  const ask = async (): Promise<string> => (await judge.ask({ messages: [], prompt: "test/1" })).text;
  expect([await ask(), await ask(), await ask()]).toEqual(["A", "B", "B"]);
  await expect(cannedJudge([]).ask({ messages: [], prompt: "test/1" })).rejects.toThrow("no reply");
});

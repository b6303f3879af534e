/** Knights and Knaves: who tells the truth, of two to eight people. Xie et al., 2024, arXiv:2410.23123. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";

const people = [2, 3, 4, 5, 6, 7, 8];

export const knightsAndKnaves = defineDataset({
  id: "knights-and-knaves",
  aliases: ["kandk"],
  title: "Knights and Knaves",
  description: "Logic puzzles: from what two to eight people say, find who always tells the truth and who always lies.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/K-and-K/knights-and-knaves",
    repository: "K-and-K/knights-and-knaves",
    revision: "main",
  },
  licence: "CC-BY-NC-SA-4.0",
  redistributable: false,
  splits: {
    test: {
      files: people.map((count) => ({ path: `test/people${count}_num100.jsonl`, format: "jsonl" })),
      expected: 700,
    },
  },
  schema: z.object({
    quiz: z.string(),
    names: z.array(z.string()),
    solution: z.array(z.boolean()),
    solution_text_format: z.string(),
  }),
  toItem: ({ quiz, names, solution, solution_text_format }, position) => ({
    id: String(position),
    query: quiz,
    truth: solution_text_format,
    record: { names, solution },
    tags: { people: String(names.length) },
  }),
  prompt: ({ query }) =>
    [
      "Work out who is a knight and who is a knave. Explain step by step. Then write a line CONCLUSION: and below it a numbered list with one line for each person, such as (1) NAME is a knight.",
      query,
    ].join("\n\n"),
  scorer: { evaluator: "assignment" },
  selfCheck: ({ solution_text_format }) => `CONCLUSION:\n${solution_text_format}`,
  example: {
    quiz: "On an island knights always tell the truth and knaves always lie. You meet Ada and Ben. Ada says: Ben is a knave. Ben says: we are both knaves. Who is what?",
    names: ["Ada", "Ben"],
    solution: [true, false],
    solution_text_format: "(1) Ada is a knight\n(2) Ben is a knave",
  },
});

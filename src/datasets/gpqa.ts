/** GPQA diamond: questions of physics, chemistry and biology that experts wrote against search. Rein et al., 2023, arXiv:2311.12022. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import { choicePrompt } from "./choice-prompt.ts";
import { letterKey } from "./letter-key.ts";
import { shuffledOptions } from "./shuffled-options.ts";

const schema = z.object({
  "Record ID": z.string(),
  Question: z.string(),
  "Correct Answer": z.string(),
  "Incorrect Answer 1": z.string(),
  "Incorrect Answer 2": z.string(),
  "Incorrect Answer 3": z.string(),
  Subdomain: z.string().optional(),
});

function optionsOf(row: z.output<typeof schema>): ReturnType<typeof shuffledOptions> {
  const texts = [1, 2, 3].map((n) => row[`Incorrect Answer ${n as 1 | 2 | 3}`]);
  return shuffledOptions(
    [row["Correct Answer"], ...texts].map((text) => text.trim()),
    row["Record ID"],
  );
}

export const gpqa = defineDataset({
  id: "gpqa",
  aliases: ["gpqa-diamond"],
  title: "GPQA diamond",
  description: "Graduate-level science questions with four options, written to withstand a search engine.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/Idavidrein/gpqa",
    repository: "Idavidrein/gpqa",
    revision: "main",
  },
  licence: "CC-BY-4.0",
  redistributable: false,
  gated:
    "Accept the terms on the home page, then set HF_TOKEN. The authors ask that no item be published: keep result files with prompts to yourself.",
  splits: { test: { files: [{ path: "gpqa_diamond.csv", format: "csv" }], expected: 198 } },
  schema,
  toItem: (row) => {
    const { choices, first } = optionsOf(row);
    return {
      id: row["Record ID"],
      query: row.Question.trim(),
      choices,
      truth: first,
      record: { options: Object.fromEntries(choices.map(({ letter, text }) => [letter, text])) },
      ...(row.Subdomain !== undefined && { tags: { subdomain: row.Subdomain } }),
    };
  },
  prompt: (item) => choicePrompt(item, "multiple-choice question on science"),
  scorer: { evaluator: "letter", options: { letters: "A-D" } },
  key: letterKey("options"),
  selfCheck: (row) => `Answer: ${optionsOf(row).first}`,
  example: {
    "Record ID": "rec-made-up",
    Question: "Which of these bodies has the largest moment of inertia about its axis, mass and radius being equal?",
    "Correct Answer": "a thin ring",
    "Incorrect Answer 1": "a solid disc",
    "Incorrect Answer 2": "a solid sphere",
    "Incorrect Answer 3": "a hollow sphere",
    Subdomain: "Mechanics",
  },
});

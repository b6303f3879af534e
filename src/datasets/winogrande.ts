/** WinoGrande XL: which of two words fills the gap. Sakaguchi et al., 2019, arXiv:1907.10641. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import type { Item } from "../core/item.ts";
import { lettered } from "./lettered.ts";

/** The source counts its options from 1; "" where the answer is withheld. */
const letterOf = (answer: unknown): unknown => (answer === "1" ? "A" : answer === "2" ? "B" : answer);

const prompt = ({ query, choices = [] }: Item): string =>
  [
    "One of two options fills the gap, written as _, in the sentence below. Think it over step by step, then give your choice on the last line, in the form `Answer: X`, where X is A or B.",
    query,
    choices.map(({ letter, text }) => `${letter}. ${text}`).join("\n"),
  ].join("\n\n");

export const winogrande = defineDataset({
  id: "winogrande",
  title: "WinoGrande",
  description: "Sentences with a gap that one of two words fills, balanced against word associations.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/allenai/winogrande",
    repository: "allenai/winogrande",
    revision: "main",
  },
  licence: "CC-BY-4.0",
  redistributable: true,
  splits: {
    valid: { files: [{ path: "winogrande_xl/validation-00000-of-00001.parquet", format: "parquet" }], expected: 1267 },
  },
  schema: z.object({ sentence: z.string(), option1: z.string(), option2: z.string(), answer: z.string() }),
  toItem: ({ sentence, option1, option2, answer }, position) => ({
    id: String(position),
    query: sentence,
    choices: lettered([option1, option2]),
    truth: letterOf(answer),
    record: { options: [option1, option2] },
  }),
  prompt,
  scorer: { evaluator: "letter", options: { letters: "AB", numbered: true } },
  key: (answered) => {
    const choices = answered.choices ?? lettered(answered.record["options"]);
    const truth = letterOf(answered.truth);
    return choices.length > 0 ? { ...answered, truth, choices } : { ...answered, truth };
  },
  selfCheck: ({ answer }) => `Answer: ${String(letterOf(answer))}`,
  example: {
    sentence: "The box does not fit into the car because the _ is too large.",
    option1: "box",
    option2: "car",
    answer: "1",
  },
});

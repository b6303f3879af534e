/** MathBench, college level, English single choice. Liu et al., 2024, arXiv:2405.12209. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import { choicePrompt } from "./choice-prompt.ts";
import { letterKey } from "./letter-key.ts";
import { lettered } from "./lettered.ts";

const archive = "https://github.com/open-compass/MathBench/releases/download/v0.1.0/mathbench_v1.zip";

export const mathbench = defineDataset({
  id: "mathbench",
  title: "MathBench",
  description: "College mathematics with four options: the English single-choice part.",
  source: { kind: "http", home: "https://github.com/open-compass/MathBench/releases/tag/v0.1.0", revision: "v0.1.0" },
  licence: "Apache-2.0",
  redistributable: true,
  splits: {
    test: {
      files: [{ path: "mathbench_v1/college/single_choice_en.jsonl", format: "jsonl", archive }],
      expected: 150,
    },
  },
  schema: z.object({ question: z.string(), options: z.array(z.string()), answer: z.string() }),
  toItem: ({ question, options, answer }, position) => ({
    id: String(position),
    query: question,
    choices: lettered(options),
    truth: answer,
    record: { options },
  }),
  prompt: (item) => choicePrompt(item, "multiple-choice question on mathematics"),
  scorer: { evaluator: "letter", options: { letters: "A-D" } },
  key: letterKey("options"),
  selfCheck: ({ answer }) => `Answer: ${answer}`,
  example: {
    question: "What is the derivative of $x^3$?",
    options: ["$x^2$", "$3x^2$", "$3x$", "$x^4/4$"],
    answer: "B",
  },
});

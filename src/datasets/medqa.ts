/** MedQA (USMLE, four options): questions of the United States medical licensing exam. Jin et al., 2021, arXiv:2009.13081. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import { choicePrompt } from "./choice-prompt.ts";
import { letterKey } from "./letter-key.ts";
import { lettered } from "./lettered.ts";

export const medqa = defineDataset({
  id: "medqa",
  aliases: ["medqa-usmle", "medqa-usmle-4-options"],
  title: "MedQA",
  description: "Case questions of the United States medical licensing exam, four options each.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/GBaker/MedQA-USMLE-4-options",
    repository: "GBaker/MedQA-USMLE-4-options",
    revision: "main",
  },
  licence: "CC-BY-4.0",
  redistributable: true,
  splits: {
    test: { files: [{ path: "phrases_no_exclude_test.jsonl", format: "jsonl" }], expected: 1273 },
  },
  schema: z.object({
    question: z.string(),
    options: z.record(z.string(), z.string()),
    answer: z.string().describe("on the hub the option's text"),
    answer_idx: z.string().describe("its letter"),
  }),
  toItem: ({ question, options, answer_idx }, position) => ({
    id: String(position),
    query: question,
    choices: lettered(options),
    truth: answer_idx,
    record: { options },
  }),
  prompt: (item) => choicePrompt(item, "multiple-choice question on medicine"),
  scorer: { evaluator: "letter", options: { letters: "A-D" } },
  key: letterKey("options"),
  selfCheck: ({ answer_idx }) => `Answer: ${answer_idx}`,
  example: {
    question: "A man of 40 has a lack of vitamin C. What does he suffer from?",
    options: { A: "rickets", B: "scurvy", C: "beriberi", D: "pellagra" },
    answer: "scurvy",
    answer_idx: "B",
  },
});

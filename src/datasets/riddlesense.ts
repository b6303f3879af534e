/** RiddleSense (the reference lists it as BrainTeaser): riddles with five options. Lin et al., 2021, arXiv:2101.00376. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import { choicePrompt } from "./choice-prompt.ts";
import { letterKey } from "./letter-key.ts";
import { lettered } from "./lettered.ts";

export const riddlesense = defineDataset({
  id: "brainteaser",
  aliases: ["riddlesense", "rs-dev"],
  title: "RiddleSense",
  description: "Riddles with five options. LLMRouterBench calls this set BrainTeaser, but reads RiddleSense.",
  source: {
    kind: "http",
    home: "https://inklab.usc.edu/RiddleSense/",
    revision: "1.0",
  },
  licence: "by request form",
  redistributable: false,
  gated: "Ask with the form on the home page; then pass the folder that holds rs_dev.jsonl.",
  splits: { dev: { files: [{ path: "rs_dev.jsonl", format: "jsonl" }], expected: 1021 } },
  schema: z.object({
    id: z.string().optional(),
    question: z.object({
      stem: z.string(),
      choices: z.array(z.object({ label: z.string(), text: z.string() })),
    }),
    answerKey: z.string(),
  }),
  toItem: ({ id, question, answerKey }, position) => {
    const options = question.choices.map(({ text }) => text);
    return {
      id: id ?? String(position),
      query: question.stem,
      choices: lettered(options),
      truth: answerKey,
      record: { options },
    };
  },
  prompt: (item) => choicePrompt(item, "riddle"),
  scorer: { evaluator: "letter", options: { letters: "A-E" } },
  key: letterKey("options"),
  selfCheck: ({ answerKey }) => `Answer: ${answerKey}`,
  example: {
    question: {
      stem: "What gets wetter the more it dries?",
      choices: ["a river", "a cloud", "a towel", "a stone", "a fish"].map((text, i) => ({
        label: "ABCDE"[i] ?? "",
        text,
      })),
    },
    answerKey: "C",
  },
});

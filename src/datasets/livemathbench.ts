/** LiveMathBench: recent olympiad, entrance-examination and contest problems. Liu et al., 2024, arXiv:2412.13147. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import { mathsPrompt } from "./maths-prompt.ts";

/** One file for each contest, as the hub converts the configurations. */
const contests = ["CNMO", "CCEE", "AMC", "WLPMC"];
const files = contests.map(
  (contest) => ({ path: `v202412_${contest}_en/test/0000.parquet`, format: "parquet" }) as const,
);

export const livemathbench = defineDataset({
  id: "livemathbench",
  title: "LiveMathBench",
  description: "Olympiad, entrance-examination and contest problems of 2024, in English.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/opencompass/LiveMathBench",
    repository: "opencompass/LiveMathBench",
    revision: "refs/convert/parquet",
  },
  licence: "CC-BY-4.0",
  redistributable: true,
  splits: {
    test: {
      files,
      expected: undefined,
      subset: "the English problems of version 202412; the paper's 121 come from a file of its own, not documented",
    },
  },
  schema: z.object({ question: z.string(), answer: z.string(), question_type: z.string().default("") }),
  toItem: ({ question, answer, question_type }, position) => ({
    id: String(position),
    query: question,
    truth: answer,
    record: {},
    tags: { type: question_type },
  }),
  prompt: (item) => mathsPrompt(item),
  scorer: { evaluator: "boxed-maths", options: { compatLastInteger: true } },
  selfCheck: ({ answer }) => `\\boxed{${answer.replaceAll("$", "")}}`,
  example: {
    question: "What is the area of a circle of radius $r$, divided by $r$?",
    answer: "$\\pi r$",
    question_type: "Fill-in",
  },
});

/** FinQA: questions on a page of a company's annual report, text and table. Chen et al., 2021, arXiv:2109.00122. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import { mathsPrompt } from "./maths-prompt.ts";

const cell = z.union([z.string(), z.number()]).transform(String);

export const finqa = defineDataset({
  id: "finqa",
  title: "FinQA",
  description: "Questions that need arithmetic on the text and the table of a page of an annual report.",
  source: {
    kind: "github",
    home: "https://github.com/czyssrs/FinQA",
    repository: "czyssrs/FinQA",
    revision: "main",
  },
  licence: "MIT",
  redistributable: true,
  splits: { test: { files: [{ path: "dataset/test.json", format: "json" }], expected: 1147 } },
  schema: z.object({
    id: z.string(),
    pre_text: z.array(z.string()),
    post_text: z.array(z.string()),
    table: z.array(z.array(cell)),
    qa: z.object({
      question: z.string(),
      answer: z.union([z.string(), z.number()]).default("").transform(String),
      exe_ans: z.union([z.string(), z.number()]).optional(),
    }),
  }),
  toItem: ({ id, pre_text, post_text, table, qa }) => ({
    id,
    query: [
      pre_text.join(" "),
      `The table:\n${table.map((row) => `| ${row.join(" | ")} |`).join("\n")}`,
      post_text.join(" "),
      `Question: ${qa.question}`,
    ].join("\n\n"),
    truth: qa.answer,
    record: { exe_ans: qa.exe_ans },
  }),
  prompt: (item) => mathsPrompt(item, "page of an annual report, with a question on it"),
  scorer: { evaluator: "numeric" },
  selfCheck: ({ qa }) => `\\boxed{${(qa.answer || String(qa.exe_ans ?? "")).replaceAll(/[%$]/g, "\\$&")}}`,
  example: {
    id: "EX/2012/page_1.pdf-1",
    pre_text: ["the company sold one of its two plants in 2012 ."],
    post_text: ["amounts are in millions of dollars ."],
    table: [
      ["", "2012", "2011"],
      ["revenue", "110", "100"],
    ],
    qa: { question: "by how many percent did revenue grow from 2011 to 2012?", answer: "10%", exe_ans: 0.1 },
  },
});

/** FrontierScience, olympiad part: problems of physics, chemistry and biology written for the set. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";

export const frontierscience = defineDataset({
  id: "frontierscience",
  title: "FrontierScience, olympiad",
  description: "Science problems at olympiad level with a marked final answer, which a judge compares.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/openai/frontierscience",
    repository: "openai/frontierscience",
    revision: "main",
  },
  licence: "see the set's page",
  redistributable: false,
  splits: { olympiad: { files: [{ path: "olympiad.jsonl", format: "jsonl" }], expected: 100 } },
  schema: z.object({ problem: z.string(), answer: z.string(), subject: z.string().default("") }),
  toItem: ({ problem, answer, subject }, position) => ({
    id: String(position),
    query: problem,
    truth: answer,
    record: { question: problem },
    tags: { subject },
  }),
  prompt: ({ query }) =>
    /FINAL ANSWER/.test(query)
      ? query
      : `${query}\n\nEnd with a line that begins with FINAL ANSWER: and holds the answer alone.`,
  scorer: { evaluator: "judged", options: { rubric: "final-answer" } },
  selfCheck: ({ answer }) => `FINAL ANSWER: ${answer}`,
  example: {
    problem: "What is the oxidation state of sulphur in the sulphate ion?",
    answer: "+6",
    subject: "chemistry",
  },
});

export const frontierscienceExtraction = defineDataset({
  id: "frontierscience-extraction",
  title: "FrontierScience, how answers are cut out",
  description: "What of a response the judge is shown: checks the reader with vectors.",
  source: frontierscience.source,
  licence: frontierscience.licence,
  redistributable: false,
  splits: { olympiad: { files: [{ path: "olympiad.jsonl", format: "jsonl" }], expected: undefined } },
  vectorsOnly: true,
  schema: z.object({ problem: z.string(), answer: z.string() }),
  toItem: ({ problem, answer }, position) => ({ id: String(position), query: problem, truth: answer, record: {} }),
  prompt: ({ query }) => query,
  scorer: { evaluator: "final-answer-span" },
  selfCheck: ({ answer }) => `FINAL ANSWER: ${answer}`,
  example: { problem: "What is the oxidation state of sulphur in the sulphate ion?", answer: "+6" },
});

/** EmoryNLP: the emotion of each line of a television series, in another scheme. Zahiri and Choi, 2018, arXiv:1708.04299. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import { emotionTurns, emotionTurnsOf } from "./emotion-turn.ts";

const emotions = ["joyful", "mad", "peaceful", "neutral", "sad", "powerful", "scared"];

const line = z.object({
  Utterance: z.string(),
  Speaker: z.string().describe("a list in Python's spelling"),
  Emotion: z.string(),
  Season: z.coerce.string(),
  Episode: z.coerce.string(),
  Scene_ID: z.coerce.string(),
  Utterance_ID: z.coerce.string(),
});

const speakers = (list: string): string => [...list.matchAll(/'([^']+)'/g)].map(([, name]) => name).join(" and ");

export const emorynlp = defineDataset({
  ...emotionTurns,
  id: "emorynlp",
  title: "EmoryNLP",
  description: "The emotion of each line of dialogues from a television series, seven emotions of the feeling wheel.",
  source: {
    kind: "github",
    home: "https://github.com/emorynlp/emotion-detection",
    repository: "declare-lab/MELD",
    revision: "master",
  },
  licence: "Apache-2.0",
  redistributable: true,
  // The paper's 697 rows are within one of "all that are not neutral", 696.
  splits: { test: { files: [{ path: "data/emorynlp/emorynlp_test_final.csv", format: "csv" }], expected: 984 } },
  gather: (files) =>
    emotionTurnsOf(
      files
        .flatMap(({ rows }) => rows.map((row) => line.parse(row)))
        .map((row) => ({
          dialogue: `${row.Season}-${row.Episode}-${row.Scene_ID}`,
          line: row.Utterance_ID,
          speaker: speakers(row.Speaker),
          text: row.Utterance,
          emotion: row.Emotion,
        })),
      emotions,
    ),
  example: {
    id: "1-1-4-2",
    history: ["Ann: The shelf has fallen down again."],
    utterance: "Ben: I told you to use longer screws!",
    candidate: { A: "joyful", B: "mad", C: "peaceful", D: "neutral", E: "sad", F: "powerful", G: "scared" },
    answer: "B",
  },
});

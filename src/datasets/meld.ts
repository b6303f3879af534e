/** MELD: the emotion of each line of a television series. Poria et al., 2019, arXiv:1810.02508. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import { emotionTurns, emotionTurnsOf } from "./emotion-turn.ts";

const emotions = ["neutral", "joy", "surprise", "anger", "sadness", "disgust", "fear"];

const line = z.object({
  Utterance: z.string(),
  Speaker: z.string(),
  Emotion: z.string(),
  Dialogue_ID: z.coerce.string(),
  Utterance_ID: z.coerce.string(),
});

export const meld = defineDataset({
  ...emotionTurns,
  id: "meld",
  title: "MELD",
  description: "The emotion of each line of dialogues from a television series, seven emotions.",
  source: {
    kind: "github",
    home: "https://github.com/declare-lab/MELD",
    repository: "declare-lab/MELD",
    revision: "master",
  },
  licence: "GPL-3.0",
  redistributable: false,
  // The 1,232 rows of the paper follow no rule that could be found.
  splits: { test: { files: [{ path: "data/MELD/test_sent_emo.csv", format: "csv" }], expected: 2610 } },
  gather: (files) =>
    emotionTurnsOf(
      files
        .flatMap(({ rows }) => rows.map((row) => line.parse(row)))
        .map((row) => ({
          dialogue: row.Dialogue_ID,
          line: row.Utterance_ID,
          speaker: row.Speaker,
          text: row.Utterance,
          emotion: row.Emotion,
        })),
      emotions,
    ),
  example: {
    id: "0-1",
    history: ["Ann: I got the job!"],
    utterance: "Ben: No way! Congratulations!",
    candidate: { A: "neutral", B: "joy", C: "surprise", D: "anger", E: "sadness", F: "disgust", G: "fear" },
    answer: "B",
  },
});

/** DailyDialog: the emotion of each turn of everyday conversations. Li et al., 2017, arXiv:1710.03957. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import { emotionTurns, emotionTurnsOf } from "./emotion-turn.ts";

/** In the source's numbering. */
const emotions = ["neutral", "anger", "disgust", "fear", "happiness", "sadness", "surprise"];

const dialogue = z.object({
  dialog: z.array(z.string()),
  emotion: z.array(z.coerce.number()),
});

export const dailydialog = defineDataset({
  ...emotionTurns,
  id: "dailydialog",
  title: "DailyDialog",
  description: "The emotion of each turn of everyday conversations, six emotions and none.",
  source: {
    kind: "huggingface",
    home: "https://huggingface.co/datasets/li2017dailydialog/daily_dialog",
    repository: "li2017dailydialog/daily_dialog",
    revision: "refs/convert/parquet",
  },
  licence: "CC-BY-NC-SA-4.0",
  redistributable: false,
  splits: { test: { files: [{ path: "default/test/0000.parquet", format: "parquet" }], expected: 7740 } },
  gather: (files) =>
    emotionTurnsOf(
      files
        .flatMap(({ rows }) => rows.map((row) => dialogue.parse(row)))
        .flatMap(({ dialog, emotion }, d) =>
          dialog.map((text, i) => ({
            dialogue: String(d + 1),
            line: String(i + 1),
            speaker: i % 2 === 0 ? "A" : "B",
            text: text.trim(),
            emotion: emotions[emotion[i] ?? 0] ?? "",
          })),
        ),
      emotions,
    ),
  example: {
    id: "1-2",
    history: ["A: We won the match."],
    utterance: "B: That makes my day!",
    candidate: { A: "neutral", B: "anger", C: "disgust", D: "fear", E: "happiness", F: "sadness", G: "surprise" },
    answer: "E",
  },
});

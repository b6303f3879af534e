/** Naming the emotion of a turn of a dialogue: the row and the prompt that three data sets share. */
import { z } from "zod";
import type { DatasetDefinition } from "../core/dataset.ts";
import type { Item } from "../core/item.ts";
import { letterKey } from "./letter-key.ts";
import { lettered } from "./lettered.ts";

/** One turn, its dialogue so far, and the emotions to choose from. */
export const emotionTurnSchema = z.object({
  id: z.string(),
  history: z.array(z.string()).describe("the turns before it, as Speaker: text"),
  utterance: z.string(),
  candidate: z.record(z.string(), z.string()).describe("letter → emotion"),
  answer: z.string().describe("a letter"),
});

export type EmotionTurn = z.output<typeof emotionTurnSchema>;

const prompt = ({ query, choices = [], record }: Item): string =>
  [
    `Which emotion does the last utterance of the dialogue below show? Take the turns before it into account. Reason step by step, then give your choice on the last line, in the form "Answer: X", where X is one of the letters ${choices.map(({ letter }) => letter).join("")}.`,
    `Turns before:\n${turns(record["history"])}`,
    `Utterance:\n${query}`,
    `Emotions:\n${choices.map(({ letter, text }) => `${letter}. ${text}`).join("\n")}`,
  ].join("\n\n");

function turns(history: unknown): string {
  if (!Array.isArray(history) || history.length === 0) return "(none)";
  return history.map((turn) => `- ${String(turn)}`).join("\n");
}

type EmotionParts = Pick<
  DatasetDefinition<EmotionTurn>,
  "schema" | "toItem" | "prompt" | "scorer" | "key" | "metrics" | "selfCheck"
>;

/** What is the same for every set of this kind. The query is the utterance: routers need not embed the instructions. */
export const emotionTurns: EmotionParts = {
  schema: emotionTurnSchema,
  toItem: ({ id, history, utterance, candidate, answer }) => ({
    id,
    query: utterance,
    choices: lettered(candidate),
    truth: answer,
    record: { history, candidate },
  }),
  prompt,
  scorer: { evaluator: "letter", options: { letters: "A-G" } },
  key: letterKey("candidate"),
  metrics: ["accuracy", "weighted-f1"],
  selfCheck: ({ answer }) => `Answer: ${answer}`,
};

/** One line of a dialogue, in order. */
export interface SpokenLine {
  readonly dialogue: string;
  readonly line: string;
  readonly speaker: string;
  readonly text: string;
  readonly emotion: string;
}

/** Every line as a turn with the lines of its dialogue before it; emotions are lettered in the order given. */
export function emotionTurnsOf(lines: readonly SpokenLine[], emotions: readonly string[]): EmotionTurn[] {
  const candidate = Object.fromEntries(lettered(emotions).map(({ letter, text }) => [letter, text]));
  const said = new Map<string, string[]>();
  return lines.map(({ dialogue, line, speaker, text, emotion }) => {
    const before = said.get(dialogue) ?? [];
    const utterance = speaker === "" ? text : `${speaker}: ${text}`;
    said.set(dialogue, [...before, utterance]);
    const answer = lettered(emotions)[emotions.indexOf(emotion.toLowerCase())]?.letter ?? "";
    return { id: `${dialogue}-${line}`, history: before, utterance, candidate, answer };
  });
}

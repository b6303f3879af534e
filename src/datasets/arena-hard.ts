/** Arena-Hard 2.0: requests of real users, answered better than a baseline does or not. Li et al., 2024, arXiv:2406.11939. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import type { SourceRows } from "../core/dataset.ts";

/** Whose answers are the baseline, by category. */
const baselines: Readonly<Record<string, string>> = {
  hard_prompt: "o3-mini-2025-01-31",
  creative_writing: "gemini-2.0-flash-001",
};

const folder = "data/arena-hard-v2.0";

type Fields = Readonly<Record<string, unknown>>;

export const arenaHard = defineDataset({
  id: "arena-hard",
  aliases: ["arena-hard-v2.0"],
  title: "Arena-Hard 2.0",
  description: "Hard requests of real users; a judge holds each answer against a baseline's, both ways round.",
  source: {
    kind: "github",
    home: "https://github.com/lmarena/arena-hard-auto",
    repository: "lmarena/arena-hard-auto",
    revision: "main",
  },
  licence: "Apache-2.0",
  redistributable: true,
  splits: {
    test: {
      files: [
        { path: `${folder}/question.jsonl`, format: "jsonl" },
        ...Object.values(baselines).map((model) => ({
          path: `${folder}/model_answer/${model}.jsonl`,
          format: "jsonl" as const,
        })),
      ],
      expected: 750,
    },
  },
  gather: joinBaselines,
  schema: z.object({
    uid: z.string(),
    category: z.enum(["hard_prompt", "creative_writing"]),
    subcategory: z.string().default(""),
    prompt: z.string(),
    baseline: z.string().min(1),
  }),
  toItem: ({ uid, category, subcategory, prompt, baseline }) => ({
    id: uid,
    query: prompt,
    truth: null,
    record: { question: prompt, category, baseline, baseline_model: baselines[category] ?? "" },
    tags: { category, subcategory },
  }),
  prompt: ({ query }) => query,
  scorer: { evaluator: "pairwise" },
  metrics: ["arena-win-rate", "accuracy"],
  selfCheck: ({ baseline }) => baseline,
  example: {
    uid: "example-1",
    category: "hard_prompt",
    subcategory: "coding",
    prompt: "Write a shell command that counts the lines of all text files below a folder.",
    baseline: "find . -name '*.txt' -exec cat {} + | wc -l",
  },
});

/** Each question with the answer of its category's baseline; a question without one is left for the schema to refuse. */
function joinBaselines(files: readonly SourceRows[]): unknown[] {
  const answers = new Map<string, string>();
  for (const { path, rows } of files.filter((file) => file.path.includes("model_answer"))) {
    const model = (path.split("/").at(-1) ?? "").replace(/\.jsonl$/, "");
    for (const row of rows as readonly Fields[]) answers.set(`${model}|${String(row["uid"])}`, answerIn(row));
  }
  const questions = files.filter((file) => !file.path.includes("model_answer")).flatMap(({ rows }) => rows);
  return (questions as readonly Fields[]).map((row) => {
    const model = baselines[String(row["category"])] ?? "";
    return { ...row, baseline: answers.get(`${model}|${String(row["uid"])}`) };
  });
}

/** The assistant's last message, as a text or under "answer". */
function answerIn({ messages }: Fields): string {
  const last = (Array.isArray(messages) ? messages.at(-1) : undefined) as { readonly content?: unknown } | undefined;
  if (typeof last?.content === "string") return last.content;
  const { answer } = Object(last?.content) as { readonly answer?: unknown };
  return typeof answer === "string" ? answer : "";
}

/** KOR-Bench: reasoning by rules made up for the test, in five categories. Ma et al., 2024, arXiv:2410.06526. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import type { SourceFile, SourceRows } from "../core/dataset.ts";

const categories = ["cipher", "operation", "puzzle", "counterfactual", "logic"] as const;

const files: readonly SourceFile[] = categories.flatMap((category) =>
  ["sample", "rule", "three-shot"].map(
    (name) => ({ path: `data/${category}/${name}.jsonl`, format: "jsonl" }) as const,
  ),
);

const text = z.union([z.string(), z.number()]).transform(String);
const rule = z.object({ idx: text, rule_content: z.string() });
const shot = z.object({ rule_id: text, question: z.string(), answer: z.string() });
const sample = z.looseObject({ idx: text, rule_id: text });

/** Each question with its category, its rule's text and the rule's worked examples. */
function joined(sources: readonly SourceRows[]): unknown[] {
  return categories.flatMap((category) => {
    const rowsOf = (name: string): readonly unknown[] =>
      sources.find(({ path }) => path.endsWith(`${category}/${name}.jsonl`))?.rows ?? [];
    const rules = new Map(
      rowsOf("rule")
        .map((row) => rule.parse(row))
        .map(({ idx, rule_content }) => [idx, rule_content]),
    );
    const shots = rowsOf("three-shot").map((row) => shot.parse(row));
    return rowsOf("sample").map((row) => {
      const { rule_id, ...rest } = sample.parse(row);
      return {
        ...rest,
        rule_id,
        question_type: category,
        rule: rules.get(rule_id) ?? "",
        examples: shots.filter((one) => one.rule_id === rule_id),
      };
    });
  });
}

const roles: Readonly<Record<(typeof categories)[number], string>> = {
  cipher: "Encrypt or decrypt by the rule below.",
  operation: "The rule below defines operations of its own. Compute by it.",
  puzzle: "Solve the puzzle by the rule below.",
  counterfactual: "The story below takes place in a world of its own. Answer from the story, not from the real world.",
  logic: "The rule below defines a logic of its own. Reason by it.",
};

export const korbench = defineDataset({
  id: "korbench",
  aliases: ["kor"],
  title: "KOR-Bench",
  description: "Ciphers, operations, puzzles, counterfactual stories and logics whose rules are made up for the test.",
  source: {
    kind: "github",
    home: "https://github.com/KOR-Bench/KOR-Bench",
    repository: "KOR-Bench/KOR-Bench",
    revision: "main",
  },
  licence: "Apache-2.0",
  redistributable: true,
  splits: { test: { files, expected: 1250 } },
  gather: joined,
  schema: z.object({
    idx: text,
    question: z.string(),
    answer: z.string(),
    question_type: z.enum(categories),
    rule_id: text,
    rule: z.string(),
    examples: z.array(z.object({ question: z.string(), answer: z.string() })).default([]),
    real_life_answer: z.string().optional(),
  }),
  toItem: ({ idx, question, answer, question_type, rule_id, rule: content, examples, real_life_answer }) => ({
    id: `${question_type}-${idx}`,
    query: question,
    truth: answer,
    record: {
      question_type,
      rule_id,
      idx,
      rule: content,
      examples,
      ...(real_life_answer === undefined ? {} : { real_life_answer }),
    },
    tags: { category: question_type },
  }),
  prompt: ({ query, record, tags }) => {
    const examples = record["examples"] as readonly { readonly question: string; readonly answer: string }[];
    return [
      `${roles[tags?.["category"] as (typeof categories)[number]]} Reason step by step, then give the answer in double square brackets, in the form the question asks for.`,
      `Rule:\n${String(record["rule"])}`,
      ...examples.map(({ question, answer }) => `Question:\n${question}\nAnswer:\n${answer}`),
      `Question:\n${query}\nAnswer:`,
    ].join("\n\n");
  },
  scorer: { evaluator: "kor" },
  selfCheck: ({ answer }) => answer,
  example: {
    idx: "1",
    question: 'The plaintext is "AB". What is the ciphertext? Give it as [[ciphertext]].',
    answer: "[[BC]]",
    question_type: "cipher",
    rule_id: "1",
    rule: "Replace every letter by the one that follows it in the alphabet; Z becomes A.",
    examples: [{ question: 'The plaintext is "Z". What is the ciphertext?', answer: "[[A]]" }],
  },
});

/** BIG-Bench Hard: 27 tasks that models found hard, three worked examples each. Suzgun et al., 2022, arXiv:2210.09261. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";
import type { SourceFile } from "../core/dataset.ts";
import type { Answered, Choice } from "../core/evaluator.ts";

const tasks =
  "boolean_expressions causal_judgement date_understanding disambiguation_qa dyck_languages formal_fallacies geometric_shapes hyperbaton logical_deduction_five_objects logical_deduction_seven_objects logical_deduction_three_objects movie_recommendation multistep_arithmetic_two navigate object_counting penguins_in_a_table reasoning_about_colored_objects ruin_names salient_translation_error_detection snarks sports_understanding temporal_sequences tracking_shuffled_objects_five_objects tracking_shuffled_objects_seven_objects tracking_shuffled_objects_three_objects web_of_lies word_sorting".split(
    " ",
  );

const files: readonly SourceFile[] = tasks.flatMap((task) => [
  { path: `bbh/${task}.json`, format: "json" },
  { path: `cot-prompts/${task}.txt`, format: "text" },
]);

const taskOf = (path: string): string => /([a-z_]+)\.\w+$/.exec(path)?.[1] ?? path;
const taskFile = z.object({ examples: z.array(z.object({ input: z.string(), target: z.string() })) });

const known = new WeakMap<object, readonly Choice[]>();

/** The options a question lists as "(A) …" lines. */
function listedOptions(input: unknown): Choice[] {
  if (typeof input !== "string") return [];
  const listed = [...input.matchAll(/^\(([A-Z])\)\s*(.+)$/gm)];
  return listed.map(([, letter = "", text = ""]) => ({ letter, text }));
}

function key(answered: Answered): Answered {
  if (answered.choices) return answered;
  let choices = known.get(answered.record);
  if (!choices) known.set(answered.record, (choices = listedOptions(answered.record["input"])));
  return choices.length > 0 ? { ...answered, choices } : answered;
}

export const bbh = defineDataset({
  id: "bbh",
  aliases: ["big-bench-hard"],
  title: "BIG-Bench Hard",
  description: "Twenty-seven reasoning tasks with short exact answers, three worked examples each.",
  source: {
    kind: "github",
    home: "https://github.com/suzgunmirac/BIG-Bench-Hard",
    repository: "suzgunmirac/BIG-Bench-Hard",
    revision: "main",
  },
  licence: "MIT",
  redistributable: true,
  splits: {
    // Which 40 of each task the paper took is not documented; the draw is ours, of the same size.
    test: { files, expected: 1080, sample: { count: 1080, seed: 42, stratum: "task", shares: "equal" } },
    all: { files, expected: 6511 },
  },
  gather: (sources) => {
    const shots = new Map(
      sources.filter(({ path }) => path.endsWith(".txt")).map(({ path, rows }) => [taskOf(path), rows[0]]),
    );
    return sources
      .filter(({ path }) => path.endsWith(".json"))
      .flatMap(({ path, rows }) => {
        const task = taskOf(path);
        const examples = rows.flatMap((row) => taskFile.parse(row).examples);
        return examples.map((example, i) => ({
          ...example,
          id: `${task}-${i + 1}`,
          task,
          shots: shots.get(task) ?? "",
        }));
      });
  },
  schema: z.object({
    id: z.string(),
    task: z.string(),
    input: z.string(),
    target: z.string(),
    shots: z.string().describe("the task's worked examples"),
  }),
  toItem: ({ id, task, input, target, shots }) => ({
    id,
    query: input,
    choices: listedOptions(input),
    truth: target,
    record: { input, shots },
    tags: { task },
  }),
  prompt: ({ query, record }) =>
    [
      'Solve the last of the problems below. Reason step by step and end with a line of the form "Answer: ..." that holds nothing but the answer. The problems before it are worked examples of the same task.',
      // The source's first two lines say that the text must not be trained on.
      String(record["shots"])
        .replace(/^canary[\s\S]*?-----\n/i, "")
        .trim(),
      `Problem:\n${query}`,
    ]
      .filter((part) => part !== "")
      .join("\n\n"),
  scorer: { evaluator: "label" },
  key,
  selfCheck: ({ target }) => `Answer: ${target}`,
  example: {
    id: "navigate-1",
    task: "navigate",
    input:
      "If you follow these instructions, do you return to the starting point? Turn around. Take 2 steps. Turn around. Take 2 steps.\nOptions:\n- Yes\n- No",
    target: "Yes",
    shots:
      "Q: Take 1 step. Turn around. Take 1 step. Are you back?\nA: One step out, one step back. So the answer is Yes.",
  },
});

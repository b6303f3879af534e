/** ARC-AGI-1: puzzles on coloured grids, solved from examples. Chollet, 2019, arXiv:1911.01547. */
import { z } from "zod";
import { defineDataset } from "../core/dataset.ts";

const grid = z.array(z.array(z.int().min(0).max(9)));
const pair = z.object({ input: grid, output: grid });
type Grid = z.infer<typeof grid>;

const drawn = (rows: Grid): string => rows.map((row) => row.join(" ")).join("\n");
const listed = (grids: readonly Grid[]): string => grids.map((one) => JSON.stringify(one)).join("\n\n");

export const arcAgi = defineDataset({
  id: "arc-agi",
  aliases: ["arc-agi-1"],
  title: "ARC-AGI-1",
  description: "Puzzles on coloured grids: find the rule from a few examples and apply it. The public evaluation part.",
  source: {
    kind: "github",
    home: "https://github.com/fchollet/ARC-AGI",
    repository: "fchollet/ARC-AGI",
    revision: "master",
  },
  licence: "Apache-2.0",
  redistributable: true,
  splits: {
    v1: {
      files: [
        {
          path: "ARC-AGI-master/data/evaluation",
          format: "json",
          archive: "https://github.com/fchollet/ARC-AGI/archive/refs/heads/master.tar.gz",
        },
      ],
      expected: 400,
    },
  },
  schema: z.object({ id: z.string(), train: z.array(pair), test: z.array(pair) }),
  gather: (files) =>
    files.flatMap(({ path, rows }) =>
      rows.map((row) => ({ id: /([\w-]+)\.json$/.exec(path)?.[1] ?? path, ...(row as object) })),
    ),
  toItem: ({ id, train, test }) => ({
    id,
    query: [
      ...train.map(({ input, output }, i) => `Example ${i + 1}\nInput:\n${drawn(input)}\nOutput:\n${drawn(output)}`),
      ...test.map(({ input }, i) => `Test ${i + 1}\nInput:\n${drawn(input)}`),
    ].join("\n\n"),
    truth: test.map(({ output }) => output),
    record: {},
  }),
  prompt: ({ query, truth }) => {
    const count = (truth as readonly unknown[]).length;
    const asked =
      count === 1
        ? "End with the output grid of the test as a JSON array of rows, such as [[0, 1], [2, 3]]."
        : `End with the output grids of the ${count} tests in order, each as a JSON array of rows, such as [[0, 1], [2, 3]], with an empty line between.`;
    return [
      "In each example one rule turns the input grid into the output grid. Digits are colours. Find the rule, then apply it to every test input.",
      query,
      `Explain the rule briefly. ${asked}`,
    ].join("\n\n");
  },
  scorer: { evaluator: "grid" },
  selfCheck: ({ test }) => listed(test.map(({ output }) => output)),
  example: {
    id: "example",
    train: [
      { input: [[1, 0]], output: [[0, 1]] },
      { input: [[2, 0, 0]], output: [[0, 0, 2]] },
    ],
    test: [{ input: [[0, 0, 3]], output: [[3, 0, 0]] }],
  },
});

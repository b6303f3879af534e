/**
 * Planted rules, and whoever can express one must learn it: within a point of the optimum, at the planted rule's cost
 * (acceptance of the trained routers). Whoever cannot says why, and is expected to miss: a reason that no longer holds shows.
 */
import { describe, expect, test } from "vitest";
import { mean } from "../math/stats.ts";
import { routerByName, routers } from "../routers/registry.ts";
import { cascadeRule, expertEach, islandEach, linearRule } from "../../test/support/known-answers.ts";
import { givenVectors } from "../../test/support/tables.ts";
import { prepareSeed, runRouter } from "./seed-run.ts";

const rules = {
  "four islands, each with its expert": expertEach(600),
  "two islands of a cheap and a dear model": islandEach(600),
  "a linear rule of three models": linearRule(900, 3),
  "a linear rule of a cheap and a dear model": linearRule(900, 2),
  "a cascade that the answers tell": cascadeRule(600),
};

type Rule = keyof typeof rules;

interface Declaration {
  readonly learns: readonly Rule[];
  /** why it cannot express the other rules */
  readonly because?: string;
}

const experts = "four islands, each with its expert";
const islands = "two islands of a cheap and a dear model";
const linear3 = "a linear rule of three models";
const linear2 = "a linear rule of a cheap and a dear model";
const cascade = "a cascade that the answers tell";

const oneModel: Declaration = { learns: [], because: "one model for every prompt" };
const byQuestion: Declaration = {
  learns: [experts, islands, linear3, linear2],
  because: "asks one model, chosen by the question, which tells nothing of the cascade",
};
const byNeighbours: Declaration = {
  learns: [experts, islands],
  because: "averages over prompts near by, some of them across a linear rule's border; the question tells no cascade",
};
const ofTwo: Declaration = {
  learns: [islands, linear2],
  because: "sets one strong model against weaker ones by the question, which tells nothing of the cascade",
};
const byDataset: Declaration = { learns: [], because: "knows the data set alone, and no rule follows the data sets" };
const all = Object.keys(rules) as Rule[];

const declared: Readonly<Record<string, Declaration>> = {
  random: { learns: [], because: "a lottery" },
  cheapest: oneModel,
  priciest: oneModel,
  "best-single": oneModel,
  "bradley-terry": oneModel,
  knn: byNeighbours,
  linear: byQuestion,
  linucb: byQuestion,
  "embedllm-mf": byQuestion,
  irt: byQuestion,
  mlp: byQuestion,
  graphrouter: byQuestion,
  routerdc: byQuestion,
  modelsat: byQuestion,
  avengers: byNeighbours,
  "avengers-pro": byNeighbours,
  uniroute: byQuestion,
  thompson: byNeighbours,
  "routellm-mf": ofTwo,
  "routellm-sw": ofTwo,
  "routellm-3class": ofTwo,
  "pair-probe": ofTwo,
  "routellm-ladder": ofTwo,
  hybridllm: ofTwo,
  "best-route": ofTwo,
  frugalgpt: { learns: [islands, linear2, cascade], because: "asks two models at most, in one order for all prompts" },
  agreement: { learns: [cascade], because: "reads answers only, and the same three models for every prompt" },
  "text-linear": { learns: [experts, islands], because: "reads words, and the other rules are not in the words" },
  blend: byQuestion,
  auto: byQuestion,
  "dataset-best": byDataset,
  "dataset-oracle": byDataset,
  "oracle-mix": { learns: [], because: "half a lottery" },
  "oracle-cascade": { learns: all },
  oracle: { learns: all },
};

test("every router of the registry declares what it can learn", () => {
  expect(Object.keys(declared)).toEqual(routers.map(({ name }) => name));
});

describe.each(all)("%s", (rule) => {
  const { table, vectors, budgetUsd } = rules[rule];
  const options = { split: { mode: "native", trainRatio: 0.7, ood: [] }, seed: 42 } as const;
  const prepared = prepareSeed(table, givenVectors({ table, vectors }), {
    ...options,
    routers: routers.map(({ name }) => routerByName(name)),
  });

  for (const [name, { learns, because }] of Object.entries(declared)) {
    const can = learns.includes(rule);
    test(can ? `${name} learns it to within a point` : `${name} does not (${because})`, async () => {
      const { replay } = runRouter(routerByName(name), await prepared);
      const learnt = mean(replay.score) >= 0.99 && mean(replay.costUsd) <= budgetUsd;
      expect(learnt, `scores ${mean(replay.score)} for ${mean(replay.costUsd)} USD`).toBe(can);
    });
  }
});

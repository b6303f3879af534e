/** Every router of the registry, bare and under each of its presets, takes the same exam. */
import { routerByName, routers } from "../../src/routers/registry.ts";
import { describeRouter } from "./router.ts";
import type { Clause } from "./router.ts";

const quick = "its fit is a handful of means, over before a signal could abort";
const constant = { abort: quick };
const ranks = "the reference's rule ranks with ties in column order";

const exempt: Record<string, Partial<Record<Clause, string>>> = {
  random: {
    ...constant,
    permutation: "it draws a position",
    holes: "a lottery looks at no score",
    unknown: "a lottery draws among all it may",
  },
  cheapest: constant,
  priciest: constant,
  "best-single": constant,
  knn: { abort: "its fit only keeps the rows" },
  "avengers/reference": { permutation: ranks },
  "avengers-pro/reference": { permutation: ranks },
  "linear/ridge": { abort: "a closed form: one factorisation, no steps to stop between" },
  "dataset-best": constant,
  "dataset-oracle": constant,
  "oracle-mix": { ...constant, holes: "it reads the outcomes themselves" },
  "oracle-cascade": { ...constant, holes: "it reads the outcomes themselves" },
  oracle: { ...constant, holes: "it reads the outcomes themselves" },
};

for (const router of routers) {
  for (const label of [router.name, ...Object.keys(router.presets).map((preset) => `${router.name}/${preset}`)]) {
    describeRouter(routerByName(label), { exempt: { ...exempt[router.name], ...exempt[label] } });
  }
}

/** All routers, in the order in which reports list them. A plain list: adding a router is one file and one line here. */
import { unknownName } from "../core/near-names.ts";
import type { Router } from "../core/router.ts";
import { agreement } from "./agreement.ts";
import { auto } from "./auto/auto.ts";
import { avengersPro } from "./avengers-pro.ts";
import { avengers } from "./avengers.ts";
import { bestRoute } from "./best-route.ts";
import { bestSingle } from "./best-single.ts";
import { bradleyTerry } from "./bradley-terry.ts";
import { blend } from "./blend.ts";
import { cheapest } from "./cheapest.ts";
import { datasetBest, datasetOracle } from "./dataset-best.ts";
import { embedLlmMf } from "./embedllm-mf.ts";
import { frugalGpt } from "./frugalgpt/frugalgpt.ts";
import { graphRouter } from "./graphrouter/graphrouter.ts";
import { hybridLlm } from "./hybridllm.ts";
import { irt } from "./irt.ts";
import { knn } from "./knn.ts";
import { linear } from "./linear.ts";
import { linUcb } from "./linucb.ts";
import { mlp } from "./mlp.ts";
import { modelSat } from "./modelsat.ts";
import { oracleCascade } from "./oracle-cascade.ts";
import { oracleMix } from "./oracle-mix.ts";
import { oracle } from "./oracle.ts";
import { pairProbe } from "./pair-probe.ts";
import { priciest } from "./priciest.ts";
import { random } from "./random.ts";
import { routerDc } from "./routerdc.ts";
import { routeLlm3Class } from "./routellm-3class.ts";
import { routeLlmLadder } from "./routellm-ladder.ts";
import { routeLlmMf } from "./routellm-mf.ts";
import { routeLlmSw } from "./routellm-sw.ts";
import { textLinear } from "./text-linear.ts";
import { thompson } from "./thompson.ts";
import { uniRoute } from "./uniroute.ts";

export { resolveOptions } from "../core/resolve-options.ts";

export const routers: readonly Router[] = [
  random,
  cheapest,
  priciest,
  bestSingle,
  bradleyTerry,
  knn,
  linear,
  linUcb,
  embedLlmMf,
  irt,
  mlp,
  graphRouter,
  routerDc,
  modelSat,
  avengers,
  avengersPro,
  uniRoute,
  thompson,
  routeLlmMf,
  routeLlmSw,
  routeLlm3Class,
  pairProbe,
  routeLlmLadder,
  hybridLlm,
  bestRoute,
  frugalGpt,
  agreement,
  textLinear,
  blend,
  auto,
  datasetBest,
  datasetOracle,
  oracleMix,
  oracleCascade,
  oracle,
];

/** The names of those that can take a model in without a refit. */
export const joinable: readonly string[] = routers.filter((router) => "addModel" in router).map(({ name }) => name);

/** A router by its row name: "avengers" or "avengers/reference". */
export interface NamedRouter {
  readonly label: string;
  readonly router: Router;
  /** What the preset or the user fixed; everything else is default or searched. */
  readonly fixed: Readonly<Record<string, unknown>>;
}

/**
 * Looks a name up, with its preset after a slash.
 * @throws UsageError with the near names for an unknown router or preset.
 */
export function routerByName(name: string, fixed: Readonly<Record<string, unknown>> = {}): NamedRouter {
  const [base = "", ...rest] = name.split("/");
  const router = routers.find((candidate) => candidate.name === base);
  if (!router)
    throw unknownName(
      "router",
      base,
      routers.map((r) => r.name),
    );
  const presetName = rest.join("/");
  if (presetName === "") return { label: name, router, fixed };
  const preset = router.presets[presetName];
  if (!preset) throw unknownName(`preset of ${base}`, presetName, Object.keys(router.presets));
  return { label: name, router, fixed: { ...preset, ...fixed } };
}

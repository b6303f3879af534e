import type { NamedRouter } from "../routers/registry.ts";

/** Whether a router is ranked: an honest one that expects something of a model. Random, cheapest and priciest are lines to look at. */
export function isContender({ router }: NamedRouter): boolean {
  return router.cheats === false && router.qualityKind !== "rank";
}

/**
 * Colours by CSS variable, so that light, dark and print each have their own (page-style.ts). The hues differ for
 * the colour-blind too (after Okabe and Ito, and Tol); shapes and labels say the same again.
 */
import { leaderboard, standing } from "../leaderboard.ts";
import type { Report, RouterReport } from "../../core/report.ts";

export const paletteSize = 8;

const symbols = ["circle", "square", "triangle", "diamond", "star", "wye", "cross"] as const;

export type RouterSymbol = (typeof symbols)[number];

export interface RouterInk {
  readonly router: RouterReport;
  /** place on the leaderboard, from 1 */
  readonly rank: number;
  readonly colour: string;
  readonly symbol: RouterSymbol;
}

/**
 * All routers in the order in which they take colours and shapes, the most used first: eight in a row differ in colour,
 * and no two share both. A new router goes to the end, so that no other changes its colour.
 */
export const inkOrder: readonly string[] = [
  ["avengers", "knn", "linear", "auto", "mlp", "irt", "graphrouter", "blend"],
  ["avengers-pro", "modelsat", "text-linear", "frugalgpt", "embedllm-mf", "routerdc", "best-route", "agreement"],
  ["routellm-mf", "routellm-sw", "routellm-3class", "routellm-ladder", "pair-probe", "hybridllm"],
  ["dataset-best", "random", "cheapest", "priciest", "best-single", "dataset-oracle", "oracle", "oracle-mix"],
  ["oracle-cascade", "bradley-terry", "linucb", "thompson", "uniroute"],
].flat();

/** Colour and symbol of every ranked router, best first. They belong to the name: the same in every chart and report. */
export function routerInks(report: Report): RouterInk[] {
  return leaderboard(report).ranked.map((router, i) => ({
    router,
    rank: i + 1,
    ...inkOf(router.name),
    ...(standing(router) === "baseline" ? { colour: "var(--ink)" } : {}),
  }));
}

/** A preset has the colour of its method and another shape; a name from elsewhere gets its ink from its letters. */
export function inkOf(name: string): Pick<RouterInk, "colour" | "symbol"> {
  const [method = "", ...preset] = name.split("/");
  const known = inkOrder.indexOf(method);
  const place = known >= 0 ? known : letterSum(method);
  const shift = preset.length === 0 ? 0 : 1 + (letterSum(preset.join("/")) % (symbols.length - 1));
  return { colour: seriesColour(place), symbol: symbols[(place + shift) % symbols.length] ?? "circle" };
}

/** The colours of the lines of a chart: those of the routers where all are routers that differ in colour. */
export function seriesColours(names: readonly string[]): string[] {
  const own = names.map((name) => inkOf(name).colour);
  const routers = names.every((name) => inkOrder.includes(name.split("/")[0] ?? ""));
  return routers && new Set(own).size === own.length ? own : names.map((_, i) => seriesColour(i));
}

/** A step of the diverging scale: −1 … +1 from clearly worse over neutral to clearly better. */
export function divergingColour(step: number): string {
  const strength = Math.round(Math.min(1, Math.abs(step)) * 100);
  return `color-mix(in oklab, var(${step < 0 ? "--worse" : "--better"}) ${strength}%, var(--neutral))`;
}

function seriesColour(place: number): string {
  return `var(--series-${place % paletteSize})`;
}

function letterSum(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0);
}

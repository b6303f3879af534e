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
  readonly colour: string;
  readonly symbol: RouterSymbol;
}

/** Colour and symbol of every ranked router, best first: the same in every chart of a page. */
export function routerInks(report: Report): RouterInk[] {
  return leaderboard(report).ranked.map((router, i) => ({
    router,
    colour: standing(router) === "baseline" ? "var(--ink)" : routerColour(i),
    symbol: symbols[i % symbols.length] ?? "circle",
  }));
}

/** The colour of the router at this rank. */
export function routerColour(rank: number): string {
  return `var(--series-${rank % paletteSize})`;
}

/** A step of the diverging scale: −1 … +1 from clearly worse over neutral to clearly better. */
export function divergingColour(step: number): string {
  const strength = Math.round(Math.min(1, Math.abs(step)) * 100);
  return `color-mix(in oklab, var(${step < 0 ? "--worse" : "--better"}) ${strength}%, var(--neutral))`;
}

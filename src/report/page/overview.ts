/** The top of the page: the verdict, four numbers, what was compared. */
import type { Report, RouterReport } from "../../core/report.ts";
import { subjectLine } from "../facts.ts";
import { intervalText, percent, signedPoints, usd } from "../format.ts";
import { html, nothing, type Html } from "../html-text.ts";
import { isBestSingle, leaderboard, standing } from "../leaderboard.ts";

/** Banner, tiles and the subject line. */
export function overview(report: Report): Html {
  const { ranked } = leaderboard(report);
  const pays = ranked.some((router) => standing(router) === "better");
  return html`<header>
    <h1>signalbox compare · ${report.data.name}</h1>
    <div class="verdict${pays ? " better" : ""}" role="status"><p>${report.verdict}</p></div>
    <dl class="tiles">${tiles(report)}</dl>
    <p class="soft">${subjectLine(report)}</p>
  </header>`;
}

function tiles(report: Report): Html[] {
  const { ranked, digits } = leaderboard(report);
  const router = ranked.find((candidate) => !isBestSingle(candidate));
  const single = report.routers.find(isBestSingle);
  const oracle = report.routers.find(({ name }) => name === "oracle");
  return [
    router === undefined ? nothing : accuracyTile("Best router", router, router.name, digits),
    router === undefined ? nothing : deltaTile(router, digits),
    single === undefined ? nothing : accuracyTile("Best single model", single, report.bestSingle.name, digits),
    oracle === undefined
      ? nothing
      : accuracyTile("Ceiling (oracle)", oracle, "the best model for every prompt, known afterwards", digits),
  ];
}

function accuracyTile(title: string, router: RouterReport, note: string, digits: number): Html {
  const cost = router.totalCostUsd === null ? "" : `, $${usd(router.totalCostUsd)}`;
  return html`<div class="tile">
    <dt>${title}</dt>
    <dd>${percent(router.avgAcc.mean, digits)} %</dd>
    <dd>${note}${cost}</dd>
  </div>`;
}

function deltaTile(router: RouterReport, digits: number): Html {
  const { mean, ci95 } = router.deltaBestSingle;
  return html`<div class="tile">
    <dt>Lead over the best single</dt>
    <dd>${signedPoints(mean, digits)} points</dd>
    <dd>${ci95 === null ? "no interval" : `95 % interval ${intervalText(ci95, signedPoints, digits)}`}</dd>
  </div>`;
}

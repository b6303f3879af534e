/** Every ranked router against every other: who is shown to be better, and where nothing can be said. */
import type { Report, RouterReport } from "../../core/report.ts";
import { intervalText, pValue, signedPoints } from "../format.ts";
import { html, type Html } from "../html-text.ts";
import { leaderboard, significanceLevel } from "../leaderboard.ts";

/** Undefined with fewer than two ranked routers, or when no pair was compared. */
export function pairwiseTable(report: Report): Html | undefined {
  const { ranked, digits } = leaderboard(report);
  if (ranked.length < 2 || report.pairwise.length === 0) return undefined;
  return html`<div class="scroll" tabindex="0">
    <table class="matrix">
      <caption>
        <span
          >AvgAcc of the row minus that of the column, in points. ▲ row better, ▼ row worse, ≈ not distinguishable at
          adjusted p &lt; ${significanceLevel}. Hover for interval and p.</span
        >
      </caption>
      <thead>
        <tr>
          <th scope="col">Row − column</th>
          ${ranked.map((router) => html`<th scope="col">${router.name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${ranked.map(
          (row) =>
            html`<tr>
              <th scope="row">${row.name}</th>
              ${ranked.map((column) => cell(report, row, column, digits))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function cell(report: Report, row: RouterReport, column: RouterReport, digits: number): Html {
  const pair = comparison(report, row.name, column.name);
  if (row === column) return html`<td aria-label="itself">·</td>`;
  if (pair === undefined) return html`<td>—</td>`;
  const shown = pair.pAdjusted !== null && pair.pAdjusted < significanceLevel;
  const kind = !shown ? "tied" : pair.delta > 0 ? "better" : "worse";
  const sign = { tied: "≈", better: "▲", worse: "▼" }[kind];
  const interval = intervalText(pair.ci95, signedPoints, digits);
  const title = `${row.name} − ${column.name}: ${signedPoints(pair.delta, digits)} ${interval}, adjusted p ${pValue(pair.pAdjusted)}`;
  return html`<td class="${kind}" title="${title}">${sign} ${signedPoints(pair.delta, digits)}</td>`;
}

type Pair = Report["pairwise"][number];

/** A pair is reported once; the other way round its signs turn. */
function comparison(report: Report, a: string, b: string): Pair | undefined {
  const direct = report.pairwise.find((pair) => pair.a === a && pair.b === b);
  if (direct !== undefined) return direct;
  const turned = report.pairwise.find((pair) => pair.a === b && pair.b === a);
  if (turned === undefined) return undefined;
  const { delta, ci95 } = turned;
  return { ...turned, delta: -delta, ci95: ci95 === null ? null : [-ci95[1], -ci95[0]] };
}

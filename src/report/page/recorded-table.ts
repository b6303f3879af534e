/** Recorded hosted routers below the leaderboard, with who answered. */
import type { Report } from "../../core/report.ts";
import { html, nothing, type Html } from "../html-text.ts";
import { leaderboard } from "../leaderboard.ts";
import { recordedCells, recordedHead, recordedNote, recordedTitle } from "../recorded-rows.ts";

/** Nothing when none was recorded. */
export function recordedTable(report: Report): Html {
  const rows = report.recorded ?? [];
  if (rows.length === 0) return nothing;
  const { digits } = leaderboard(report);
  const body = rows.map((row) => {
    const [name = "", ...cells] = recordedCells(row, digits);
    return html`<tr>
      <th scope="row">${name}</th>
      ${cells.map((cell) => html`<td>${cell}</td>`)}
    </tr>`;
  });
  return html`<h3>${recordedTitle}</h3>
    <div class="scroll" tabindex="0">
      <table>
        <thead>
          <tr>
            ${recordedHead.map((title) => html`<th scope="col">${title}</th>`)}
          </tr>
        </thead>
        <tbody class="reference">
          ${body}
        </tbody>
      </table>
    </div>
    <ul>
      ${rows.map((row) => html`<li>${recordedNote(row)}</li>`)}
    </ul>`;
}

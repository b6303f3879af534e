/** The leaderboard as an HTML table: ranked rows that can be sorted, and the reference lines below them. */
import type { Report, RouterReport } from "../../core/report.ts";
import { html, nothing, type Html } from "../html-text.ts";
import {
  leaderboard,
  referenceNote,
  standing,
  standingSigns,
  type Leaderboard,
  type LeaderboardColumn,
} from "../leaderboard.ts";

/** A table of the given columns over all routers of the report. */
export function leaderboardTable(report: Report, columns: readonly LeaderboardColumn[], caption: string): Html {
  const board = leaderboard(report);
  return html`<div class="scroll" tabindex="0">
    <table data-sortable>
      <caption>
        <span>${caption}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col"><button type="button" title="The name of the router">Router</button></th>
          ${columns.map(head)}
        </tr>
      </thead>
      <tbody>
        ${board.ranked.map((router) => rankedRow(router, columns, board.digits))}
      </tbody>
      ${referenceBody(board, columns)}
    </table>
  </div>`;
}

function head(column: LeaderboardColumn): Html {
  const notes = [column.interval && "95 % interval", column.note].filter((note) => note !== undefined);
  const small = notes.map((note) => html`<small>${note}</small>`);
  return html`<th scope="col"><button type="button" title="${column.legend}">${column.title}</button>${small}</th>`;
}

function rankedRow(router: RouterReport, columns: readonly LeaderboardColumn[], digits: number): Html {
  const kind = standing(router);
  return html`<tr class="${kind.split(" ")[0]}">
    <th scope="row" data-value="${router.name}" title="${router.summary}">
      <span class="sign" title="${kind}">${standingSigns[kind]}</span>${router.name}
    </th>
    ${columns.map((column) => cell(router, column, digits))}
  </tr>`;
}

function referenceBody(board: Leaderboard, columns: readonly LeaderboardColumn[]): Html {
  if (board.reference.length === 0) return nothing;
  const rows = board.reference.map(
    (router) =>
      html`<tr>
        <th scope="row" title="${router.summary}">${router.name} <small>${referenceNote(router)}</small></th>
        ${columns.map((column) => cell(router, column, board.digits))}
      </tr>`,
  );
  return html`<tbody class="reference">
    <tr class="divider">
      <th colspan="${columns.length + 1}" scope="rowgroup">Reference lines, not ranked</th>
    </tr>
    ${rows}
  </tbody>`;
}

function cell(router: RouterReport, column: LeaderboardColumn, digits: number): Html {
  const value = column.value(router);
  const interval = column.interval?.(router, digits) ?? "";
  return html`<td data-value="${value === null ? "" : String(value)}">
    ${column.cell(router, digits)}${interval === "" ? nothing : html`<small>${interval}</small>`}
  </td>`;
}

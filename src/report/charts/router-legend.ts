/** The key of the charts that draw routers: colour, shape and name, with the number where the chart shows numbers. */
import { clip } from "../format.ts";
import { html, nothing, type Html } from "../html-text.ts";
import type { RouterInk } from "./palette.ts";

/** Best first. `numbered`: each name after its place on the leaderboard. */
export function routerLegend(inks: readonly RouterInk[], numbered: boolean): Html {
  const items = inks.map(
    ({ router, rank, colour, symbol }) =>
      html`<li>
        <span class="swatch mark-${symbol}" style="background: ${colour}"></span>${
          numbered ? html`<strong>${rank}</strong> ` : nothing
        }${clip(router.name, 40)}
      </li>`,
  );
  return html`<ul class="legend">
    ${items}
  </ul>`;
}

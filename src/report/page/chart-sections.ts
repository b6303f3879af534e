/** The charts of the page with their captions; where a chart cannot be drawn, the reason stands in its place. */
import type { Report } from "../../core/report.ts";
import type { ChartKit } from "../charts/chart-kit.ts";
import { closeUpChart, isCrowded } from "../charts/close-up-chart.ts";
import { heatMap, fullColourPoints } from "../charts/heat-map.ts";
import { intervalChart } from "../charts/interval-chart.ts";
import { routerInks } from "../charts/palette.ts";
import { drawnSweeps, paretoChart } from "../charts/pareto-chart.ts";
import { drawnRecalls, recallChart, recallInks } from "../charts/recall-chart.ts";
import { routerLegend } from "../charts/router-legend.ts";
import { colourLegend, shareChart } from "../charts/share-chart.ts";
import { html, type Html } from "../html-text.ts";

export function intervalFigure(kit: ChartKit, report: Report): Html {
  return figure(
    intervalChart(kit, report),
    `Lead over the best single model, ${report.bestSingle.name}, on the same prompts. A whisker that crosses the line ` +
      "is no lead. Grey: not distinguishable after correction for several routers.",
    "No ranked router has a known difference to the best single model.",
  );
}

export function paretoFigure(kit: ChartKit, report: Report): Html {
  const reason = report.data.hasCost
    ? "No point has a cost above zero, so there is nothing to draw on a cost axis."
    : "Some models have no price, or none on some data set, so there are no cost figures and no Pareto front. Give prices to see it.";
  const crowded = isCrowded(report);
  const sweeps = crowded ? `the best ${drawnSweeps} with their sweeps` : "with their sweeps";
  const whole = figure(
    report.data.hasCost ? paretoChart(kit, report) : undefined,
    `Up is better, left is cheaper. Grey dots: single models. Coloured marks: routers, ${sweeps} over the cost knob as ` +
      "thin curves. Hollow: reference lines. Yellow step: the best accuracy any point reaches at that cost. " +
      "Dashed: a coin toss between the cheapest and the best single model.",
    reason,
  );
  const closeUp = report.data.hasCost ? closeUpChart(kit, report) : undefined;
  if (closeUp === undefined) return whole;
  const caption =
    "The routers close up, without sweeps. The numbers are places on the leaderboard; routers at one spot share a label.";
  return html`${whole}${figure(html`${closeUp}${routerLegend(routerInks(report), true)}`, caption, "")}`;
}

export function heatMapFigure(kit: ChartKit, report: Report): Html {
  const ramp = html`<p class="soft" aria-hidden="true">
    −${fullColourPoints} points or worse <span class="ramp"></span> +${fullColourPoints} points or better
  </p>`;
  const drawing = heatMap(kit, report);
  return figure(
    drawing && html`${ramp}${drawing}`,
    `First row: accuracy of ${report.bestSingle.name} in percent. Below: accuracy minus that, in points; routers first, ` +
      "then the best other models. Small data sets swing widely: hover for the number of prompts." +
      (report.split.ood.length > 0 ? " * held out of training." : ""),
    "Accuracies by data set are unknown.",
    "wide",
  );
}

export function recallFigure(kit: ChartKit, report: Report): Html {
  const drawn = recallInks(report);
  const drawing = recallChart(kit, report);
  const rest =
    routerInks(report).length > drawn.length ? ` Drawn: the best ${drawnRecalls} routers and best-single.` : "";
  return figure(
    drawing && html`${routerLegend(drawn, false)}${drawing}`,
    "Share of prompts on which the model asked is right, by how many models of the pool are right. Dashed: chance. " +
      "Grey bars: how many test prompts there are. Where one to three models are right, a router earns its keep." +
      rest,
    "No router has a known recall.",
  );
}

export function shareFigure(kit: ChartKit, report: Report): Html {
  const chart = shareChart(kit, report);
  return figure(
    chart && html`${colourLegend(chart.legend)}${chart.drawing}`,
    "Share of the test prompts sent to each model. A bar of one colour is one model in disguise.",
    "Nobody was asked.",
  );
}

/** A drawing scrolls sideways on a small screen, so it can be reached by keyboard. */
function figure(drawing: Html | undefined, caption: string, reason: string, shape = ""): Html {
  if (drawing === undefined) return html`<p class="soft">${reason}</p>`;
  return html`<figure class="${shape}">
    <div class="scroll" tabindex="0">${drawing}</div>
    <figcaption>${caption}</figcaption>
  </figure>`;
}

/** The pictures of an analysis: curves, intervals, and a map of a table. */
import type { AnalysisChart } from "../../core/analysis.ts";
import { differenceText, numberText } from "../analysis-terminal.ts";
import { clip, percent, signedPoints } from "../format.ts";
import { html } from "../html-text.ts";
import type { Html } from "../html-text.ts";
import { chartWidth } from "./chart-kit.ts";
import type { ChartKit } from "./chart-kit.ts";
import { drawHeat, heatInk } from "./heat-cells.ts";
import type { HeatCell } from "./heat-cells.ts";
import { nameMargin, textWidth } from "./label-spacing.ts";
import { divergingColour, seriesColours } from "./palette.ts";

const rowHeight = 30;
const longestName = 26;
/** Room for that many letters of the charts' size. */
const widestName = 236;
/** A difference of fractions smaller than this is not blown up to the width of the drawing. */
const leastSpan = 0.01;

/** One chart as SVG; undefined when it has nothing to show. */
export function analysisChart(kit: ChartKit, chart: AnalysisChart): Html | undefined {
  switch (chart.kind) {
    case "lines":
      return lines(kit, chart);
    case "intervals":
      return intervals(kit, chart);
    case "heat":
      return heat(kit, chart);
  }
}

/** What the axis shows: percent for fractions and points, else the unit itself. */
function scale(unit: AnalysisChart["unit"]): number {
  return unit === "fraction" || unit === "points" ? 100 : 1;
}

function lines({ Plot, draw }: ChartKit, chart: Extract<AnalysisChart, { kind: "lines" }>): Html | undefined {
  const factor = scale(chart.unit);
  const domain = chart.series.map(({ name }) => name);
  const range = seriesColours(domain);
  const points = chart.series.flatMap(({ name, points: own }) =>
    own.flatMap(({ x, y, low, high }) =>
      y === null
        ? []
        : [
            {
              name,
              x,
              y: y * factor,
              low: low == null ? undefined : low * factor,
              high: high == null ? undefined : high * factor,
              title: `${name}, ${x}: ${numberText(y, chart.unit)}`,
            },
          ],
    ),
  );
  if (points.length === 0) return undefined;
  const banded = points.filter(({ low, high }) => low !== undefined && high !== undefined);
  const drawing = draw({
    label: `${chart.title}: ${domain.join(", ")}.`,
    width: chartWidth,
    height: 380,
    marginLeft: 56,
    marginRight: 24,
    marginTop: 32,
    marginBottom: 46,
    color: { domain, range },
    x: {
      label: chart.x,
      labelAnchor: "center",
      labelArrow: "none",
      ticks: wholeTicks(points.map(({ x }) => x)),
      tickFormat: "d",
    },
    y: { label: axisText(chart.y, chart.unit), labelArrow: "none", grid: true, nice: true },
    marks: [
      ...(chart.unit === "points" ? [Plot.ruleY([0], { stroke: "var(--ink)", strokeWidth: 1.5 })] : []),
      Plot.areaY(banded, { x: "x", y1: "low", y2: "high", z: "name", fill: "name", fillOpacity: 0.14 }),
      Plot.line(points, { x: "x", y: "y", z: "name", stroke: "name", strokeWidth: 2 }),
      Plot.dot(points, { x: "x", y: "y", fill: "name", r: 3.5, title: "title" }),
    ],
  });
  return html`${legend(domain, range)}${drawing}`;
}

/** Names over the drawing, each behind a dot of its colour: a label at a curve's end would meet its neighbours. */
function legend(names: readonly string[], colours: readonly string[]): Html {
  const items = names.map(
    (name, i) =>
      html`<li><span class="swatch mark-circle" style="background: ${colours[i]}"></span>${clip(name, 40)}</li>`,
  );
  return html`<ul class="legend">
    ${items}
  </ul>`;
}

function axisText(name: string, unit: AnalysisChart["unit"]): string {
  if (unit === "fraction") return `${name}, %`;
  return unit === "points" ? `${name}, points` : name;
}

/** The whole numbers that occur, thinned to about fifteen. */
function wholeTicks(values: readonly number[]): number[] {
  const distinct = [...new Set(values)].toSorted((a, b) => a - b);
  const step = Math.ceil(distinct.length / 15);
  return distinct.filter((_, i) => i % step === 0 || i === distinct.length - 1);
}

/** Rows with a value: in the axis' unit, coloured by which side of 0 their whole interval is on. */
function intervalRows({ rows, unit, better }: Extract<AnalysisChart, { kind: "intervals" }>): {
  readonly name: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly colour: string;
  readonly text: string;
}[] {
  const factor = scale(unit);
  return rows.flatMap(({ name, value, low, high }) => {
    if (value === null) return [];
    const [from, to] = [low ?? value, high ?? value];
    const sign = from > 0 ? 1 : to < 0 ? -1 : 0;
    const news = better === "higher" ? sign : -sign;
    const colour = news > 0 ? "var(--better)" : news < 0 ? "var(--worse)" : "var(--muted)";
    const text = `${differenceText(value, unit)}  [${differenceText(from, unit)}, ${differenceText(to, unit)}]`;
    return [{ name, value: value * factor, low: from * factor, high: to * factor, colour, text }];
  });
}

function intervals({ Plot, draw }: ChartKit, chart: Extract<AnalysisChart, { kind: "intervals" }>): Html | undefined {
  const factor = scale(chart.unit);
  const rows = intervalRows(chart);
  if (rows.length === 0) return undefined;
  const side = { fill: "var(--ink)" } as const;
  const ends = rows.flatMap(({ low, high }) => [low, high]);
  const span = chart.unit === "points" ? leastSpan * factor : 0;
  return draw({
    label: `${chart.title}, with 95 % intervals.`,
    width: chartWidth,
    height: rows.length * rowHeight + 64,
    marginLeft: nameMargin(
      rows.map(({ name }) => clip(name, longestName)),
      widestName,
    ),
    marginRight: 22 + Math.max(...rows.map(({ text }) => textWidth(text))),
    marginTop: 14,
    marginBottom: 42,
    x: {
      label: chart.x,
      labelAnchor: "center",
      labelArrow: "none",
      nice: true,
      domain: [Math.min(-span, ...ends), Math.max(span, ...ends)],
    },
    y: { domain: rows.map(({ name }) => name), label: null, axis: null },
    marks: [
      Plot.gridX({ stroke: "var(--grid)", strokeOpacity: 1 }),
      Plot.ruleX([0], { stroke: "var(--ink)", strokeWidth: 1.5 }),
      Plot.link(rows, { x1: "low", x2: "high", y1: "name", y2: "name", stroke: "colour", strokeWidth: 2.5 }),
      Plot.dot(rows, { x: "value", y: "name", r: 5.5, fill: "colour", title: "text" }),
      Plot.text(rows, {
        y: "name",
        text: ({ name }: { name: string }) => clip(name, longestName),
        frameAnchor: "left",
        textAnchor: "end",
        dx: -10,
        ...side,
      }),
      Plot.text(rows, { y: "name", text: "text", frameAnchor: "right", textAnchor: "start", dx: 10, ...side }),
    ],
  });
}

type HeatChart = Extract<AnalysisChart, { kind: "heat" }>;

function heatCells(chart: HeatChart): HeatCell[] {
  const diverging = chart.unit === "points";
  const all = chart.rows.flatMap(({ values }) => values.filter((value) => value !== null));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const stepOf = (value: number): number =>
    diverging ? value / 0.2 : most === least ? 0 : (value - least) / (most - least);
  return chart.rows.flatMap(({ name, values }) =>
    values.flatMap((value, c) => {
      if (value === null) return [];
      const step = stepOf(value);
      const plain = `color-mix(in oklab, var(--better) ${Math.round(90 * step)}%, var(--neutral))`;
      return [
        {
          row: name,
          column: String(c),
          text: diverging ? signedPoints(value, 0) : percent(value, 0),
          title: `${name}, ${chart.columns[c]}: ${numberText(value, chart.unit)}`,
          colour: diverging ? divergingColour(step) : plain,
          ink: heatInk(step),
        },
      ];
    }),
  );
}

function heat(kit: ChartKit, chart: HeatChart): Html | undefined {
  const cells = heatCells(chart);
  if (cells.length === 0) return undefined;
  const rows = chart.rows.map(({ name }) => ({ key: name, name }));
  return drawHeat(kit, { label: `${chart.title}.`, rows, columns: chart.columns, cells });
}

/** What every chart needs: the drawing library, loaded on use, and one way to turn a plot into accessible SVG text. */
import type { PlotOptions } from "@observablehq/plot";
import { escapeHtml, markup, visible, type Html } from "../html-text.ts";

export interface ChartKit {
  readonly Plot: typeof import("@observablehq/plot");
  /** Draws the plot as one `<svg role="img">`; the label is what a screen reader says. */
  readonly draw: (options: PlotOptions & { width: number; height: number; label: string }) => Html;
}

/** The drawing width of a chart; the page scales it to the space there is. */
export const chartWidth = 720;

/** Drawn 560 wide on small screens (page-style.ts), this is 11 pixels. */
export const fontSize = 14;

/** Loads Plot and a document to draw into; about a fifth of a second. */
export async function loadChartKit(): Promise<ChartKit> {
  const [Plot, { parseHTML }] = await Promise.all([import("@observablehq/plot"), import("linkedom")]);
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const draw: ChartKit["draw"] = ({ label, ...options }) => {
    const svg: SvgElement = Plot.plot({ document, style: { fontSize: `${fontSize}px` }, ...options });
    return markup(visible(svg.outerHTML).replace("<svg ", `<svg ${attributes(options.width, label)} `));
  };
  return { Plot, draw };
}

interface SvgElement {
  readonly outerHTML: string;
}

/** Wider drawings than usual scroll on small screens instead of shrinking until nobody can read them. */
function attributes(width: number, label: string): string {
  const wide = width > chartWidth ? ' data-wide=""' : "";
  return `xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeHtml(label)}"${wide}`;
}

/** An analysis as one HTML file that needs nothing else: the picture, the answer, the tables. */
import type { Analysis, AnalysisTable } from "../core/analysis.ts";
import { cellText, headText, subjectText } from "./analysis-terminal.ts";
import { analysisChart } from "./charts/analysis-charts.ts";
import { loadChartKit } from "./charts/chart-kit.ts";
import { html, nothing } from "./html-text.ts";
import type { Html } from "./html-text.ts";
import { documentText } from "./page/document.ts";

/** The whole page. Loads the drawing library on the first call. */
export async function analysisToHtml(analysis: Analysis): Promise<string> {
  const kit = await loadChartKit();
  const { data } = analysis;
  const body = html`<main>
    <header>
      <p class="soft">signalbox analyze ${analysis.kind} · ${data.name}</p>
      <h1 class="question">${analysis.question}</h1>
    </header>
    <section>
      <ul>
        ${analysis.findings.map((finding) => html`<li>${finding}</li>`)}
      </ul>
    </section>
    ${analysis.charts.map((chart) => {
      const drawing = analysisChart(kit, chart);
      return drawing
        ? html`<section>
            <h2>${chart.title}</h2>
            <figure>${drawing}</figure>
          </section>`
        : nothing;
    })}
    ${analysis.tables.map(tableSection)}
    <section>
      <h2>Where the numbers come from</h2>
      <p class="soft">${subjectText(analysis)}; data ${data.digest.slice(0, 16)}</p>
    </section>
  </main>`;
  return documentText(`${data.name} · signalbox analyze ${analysis.kind}`, body);
}

function tableSection(table: AnalysisTable): Html {
  // The first column names the row, also where its name is a number.
  const kindOf = (c: number): string => (c === 0 || table.columns[c]?.unit === "text" ? "text" : "");
  const heads = table.columns.map((column, c) => html`<th scope="col" class="${kindOf(c)}">${headText(column)}</th>`);
  const rows = table.rows.map(
    (row) =>
      html`<tr>
        ${row.map((value, c) => html`<td class="${kindOf(c)}">${cellText(value, table.columns[c]?.unit ?? "text")}</td>`)}
      </tr>`,
  );
  return html`<section>
    <h2>${table.title}</h2>
    ${table.note === undefined ? nothing : html`<p class="soft">${table.note}</p>`}
    <div class="scroll">
      <table>
        <thead>
          <tr>
            ${heads}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}

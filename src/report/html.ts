/**
 * The report as one HTML file that needs nothing else: style, script and drawings are inline, no request leaves the
 * page (a content security policy forbids it), and every text from the data is escaped.
 */
import type { Report } from "../core/report.ts";
import { loadChartKit, type ChartKit } from "./charts/chart-kit.ts";
import { allFindings, leftOut } from "./facts.ts";
import { html, markup, nothing, type Html } from "./html-text.ts";
import { detailColumns, intervalNote, leaderboardColumns, signLegend } from "./leaderboard.ts";
import { heatMapFigure, intervalFigure, paretoFigure, recallFigure, shareFigure } from "./page/chart-sections.ts";
import { documentText } from "./page/document.ts";
import { leaderboardTable } from "./page/leaderboard-table.ts";
import { overview } from "./page/overview.ts";
import { pageScript } from "./page/page-script.ts";
import { recordedTable } from "./page/recorded-table.ts";
import { pairwiseTable } from "./page/pairwise-table.ts";
import { datasetTable, factList, glossary, optionsTable } from "./page/provenance.ts";

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

/** The whole page. Loads the drawing library on the first call. */
export async function reportToHtml(report: Report): Promise<string> {
  const sections = sectionsOf(await loadChartKit(), report);
  const links = sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`);
  const body = html`<main>
      ${overview(report)}
      <nav aria-label="Sections">${links}</nav>
      ${sections.map(sectionHtml)}
    </main>
    <script>
      ${markup(pageScript)};
    </script>`;
  return documentText(`${report.data.name} · signalbox compare`, body);
}

function sectionsOf(kit: ChartKit, report: Report): Section[] {
  const pairwise = pairwiseTable(report);
  const sections: (Section | undefined)[] = [
    { id: "leaderboard", title: "Leaderboard", body: leaderboardSection(kit, report) },
    { id: "findings", title: "Findings", body: findingsSection(report) },
    { id: "cost", title: "Cost and accuracy", body: paretoFigure(kit, report) },
    { id: "datasets", title: "Where routing wins", body: heatMapFigure(kit, report) },
    { id: "recall", title: "Hard prompts", body: recallFigure(kit, report) },
    { id: "shares", title: "Who is asked", body: shareFigure(kit, report) },
    pairwise && { id: "pairs", title: "Router against router", body: pairwise },
    { id: "provenance", title: "Where the numbers come from", body: provenanceSection(report) },
    { id: "glossary", title: "What the columns mean", body: glossary() },
  ];
  return sections.filter((section) => section !== undefined);
}

function leaderboardSection(kit: ChartKit, report: Report): Html {
  return html`${intervalFigure(kit, report)}
    ${leaderboardTable(report, leaderboardColumns, `${signLegend}. ${intervalNote} Click on a head to sort.`)}
    ${recordedTable(report)}
    <details>
      <summary>More measures</summary>
      ${leaderboardTable(report, detailColumns, "Further measures of the same runs.")}
    </details>`;
}

function findingsSection(report: Report): Html {
  const findings = allFindings(report);
  const missing = leftOut(report);
  return html`${findings.length === 0 ? html`<p>None beyond the verdict.</p>` : list(findings)}
  ${
    missing.length === 0
      ? nothing
      : html`<h3>Left out, or special</h3>
          ${list(missing)}`
  }`;
}

function provenanceSection(report: Report): Html {
  return html`${factList(report)}${datasetTable(report)}
    <details>
      <summary>Methods and options</summary>
      ${optionsTable(report)}
    </details>`;
}

function list(sentences: readonly string[]): Html {
  return html`<ul>
    ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
  </ul>`;
}

function sectionHtml({ id, title, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${body}
  </section>`;
}

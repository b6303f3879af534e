/** Where the numbers come from: data, split, encoder, options, the command; and what the columns mean. */
import type { Report, RouterReport } from "../../core/report.ts";
import { plural } from "../../core/plural.ts";
import { count, duration, percent } from "../format.ts";
import { html, type Html } from "../html-text.ts";
import { detailColumns, leaderboardColumns, signLegend } from "../leaderboard.ts";

/** Data set facts as a table. */
export function datasetTable(report: Report): Html {
  const rows = report.data.datasetReports.map(
    (row) =>
      html`<tr>
        <th scope="row">${row.label}${row.ood ? " *" : ""}</th>
        <td>${count(row.prompts)}</td>
        <td>${percent(row.allCorrect)}</td>
        <td>${percent(row.allWrong)}</td>
      </tr>`,
  );
  return html`<details>
    <summary>The ${plural(report.data.datasets, "data set")}</summary>
    <div class="scroll" tabindex="0">
      <table>
        <caption>
          <span
            >Prompts, and the share of them on which all or no models are right: on those it does not matter which model
            is asked. * held out of training.</span
          >
        </caption>
        <thead>
          <tr>
            <th scope="col">Data set</th>
            <th scope="col">Prompts</th>
            <th scope="col">All right %</th>
            <th scope="col">None right %</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </details>`;
}

/** The options each router ran with, as chosen on validation. */
export function optionsTable(report: Report): Html {
  const row = (router: RouterReport) =>
    html`<tr>
      <th scope="row">${router.name}</th>
      <td class="text">${router.summary}</td>
      <td class="text"><code>${optionText(router.options)}</code></td>
      <td class="text">${router.policy}</td>
      <td>${duration(router.fitSeconds)}</td>
    </tr>`;
  return html`<div class="scroll" tabindex="0">
    <table>
      <caption>
        <span>What each router does and the options it ran with, chosen on validation where they were searched.</span>
      </caption>
      <thead>
        <tr>
          <th scope="col">Router</th>
          <th scope="col" class="text">Method</th>
          <th scope="col" class="text">Options</th>
          <th scope="col" class="text">Policy</th>
          <th scope="col">Fit s</th>
        </tr>
      </thead>
      <tbody>
        ${report.routers.map(row)}
      </tbody>
    </table>
  </div>`;
}

/** Hashes and settings: what must agree before two reports may be compared. */
export function factList(report: Report): Html {
  const { data, split, encoder } = report;
  const facts: [string, string][] = [
    ["Data", `${data.name}, content hash ${data.digest}`],
    ["Split", `${split.mode}, ${percent(split.trainRatio, 0)} % for training, hash ${split.hash}`],
    ["Seeds", split.manifests.map(({ seed, train, test }) => `${seed} (${count(train)}/${count(test)})`).join(", ")],
    ["Out of distribution", split.ood.length === 0 ? "none" : split.ood.join(", ")],
    ["Best single model", `${report.bestSingle.name}, chosen on ${report.bestSingle.pickedOn}`],
    ["Encoder", `${encoder.spec}, fingerprint ${encoder.fingerprint}`],
    ["Points compared", `hash ${report.pointSetHash} (ParetoDist depends on them)`],
    ["Made by", report.createdBy],
  ];
  return html`<dl class="facts">
      ${facts.map(
        ([term, text]) =>
          html`<dt>${term}</dt>
            <dd>${text}</dd>`,
      )}
    </dl>
    <h3>The same again</h3>
    <pre><code>${report.reproduce}</code></pre>`;
}

/** One line for every column and sign of the page. */
export function glossary(): Html {
  const columns = [...leaderboardColumns, ...detailColumns];
  return html`<dl class="facts">
    ${columns.map(
      ({ title, legend }) =>
        html`<dt>${title}</dt>
          <dd>${legend}</dd>`,
    )}
    <dt>Signs</dt>
    <dd>${signLegend}</dd>
  </dl>`;
}

function optionText(options: RouterReport["options"]): string {
  const parts = Object.entries(options).map(
    ([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return parts.length === 0 ? "none" : parts.join(", ");
}

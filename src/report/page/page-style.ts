/** The style sheet of the report page: one set of variables for light, one for dark; print is always light. */

const light = `
  color-scheme: light;
  --surface: #ffffff; --surface-2: #f3f4f6; --ink: #17202a; --soft: #566070; --label: #566070; --muted: #8a94a3;
  --line: #d9dee5; --grid: #e6e9ee; --frontier: #f0b429; --band: #f3eefb; --bar: #cfd6df; --neutral: #f1f1ee;
  --better: #1f6fb2; --worse: #c8591a; --on-strong: #ffffff; --link: #1f6fb2;
  --series-0: #0068ad; --series-1: #cc4f00; --series-2: #00795a; --series-3: #a23b8f;
  --series-4: #857000; --series-5: #3b2a8c; --series-6: #0e7490; --series-7: #8f1d45;
  --model-0: #2f6690; --model-1: #a65a2a; --model-2: #4d7c52; --model-3: #7b5592;
  --model-4: #8a7325; --model-5: #4a4e8f; --model-6: #2b7a86; --model-7: #8d4257;`;

const dark = `
  color-scheme: dark;
  --surface: #12171e; --surface-2: #1d242e; --ink: #e8ecf1; --soft: #a3adba; --label: #b4bdc9; --muted: #7c8797;
  --line: #313a46; --grid: #28303b; --frontier: #b98a1c; --band: #262038; --bar: #3a4553; --neutral: #2a3038;
  --better: #4a9ede; --worse: #e0823f; --on-strong: #0d1117; --link: #7cbcf0;
  --series-0: #5cb3f2; --series-1: #ff9357; --series-2: #37c99b; --series-3: #e295d3;
  --series-4: #dcc443; --series-5: #a99cf5; --series-6: #5fd0e6; --series-7: #ff8aa8;
  --model-0: #6fa8d6; --model-1: #d99a6c; --model-2: #86b98b; --model-3: #b795cc;
  --model-4: #c9b25e; --model-5: #9296d8; --model-6: #6bbcc8; --model-7: #d18a9e;`;

const layout = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--surface); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 28px 24px 64px; }
h1 { font-size: 1rem; font-weight: 600; color: var(--soft); margin: 0 0 10px; }
.question { font-size: 1.35rem; line-height: 1.35; color: var(--ink); }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 44px 0 6px; padding-top: 14px; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 26px 0 4px; }
p { margin: 6px 0 12px; max-width: 46em; }
.soft, figcaption, caption { color: var(--soft); font-size: 0.875rem; }
a { color: var(--link); }
code, pre { font: 0.85rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { background: var(--surface-2); padding: 12px 14px; border-radius: 6px; white-space: pre-wrap; margin: 6px 0 12px; }
nav { font-size: 0.875rem; margin-top: 18px; display: flex; flex-wrap: wrap; gap: 4px 16px; }
.verdict { border-left: 6px solid var(--muted); background: var(--surface-2); padding: 16px 20px; border-radius: 0 8px 8px 0; }
.verdict.better { border-color: var(--better); }
.verdict p { font-size: 1.35rem; line-height: 1.35; font-weight: 600; margin: 0; max-width: none; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; margin: 16px 0; padding: 0; }
.tile { border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; min-width: 0; }
.tile dt { color: var(--soft); font-size: 0.8125rem; }
.tile dd { margin: 0; font-size: 1.5rem; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile dd + dd { font-size: 0.8125rem; line-height: 1.4; font-weight: 400; color: var(--soft); overflow-wrap: anywhere; }`;

const tables = `
.scroll { overflow-x: auto; margin: 8px 0; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; min-width: 100%; }
caption { text-align: left; padding-bottom: 6px; caption-side: top; }
caption span { display: block; position: sticky; left: 0; max-width: min(100%, calc(100vw - 48px)); }
th, td { padding: 6px 9px; text-align: right; vertical-align: baseline; border-bottom: 1px solid var(--line); }
td { white-space: nowrap; }
thead th { vertical-align: bottom; border-bottom: 2px solid var(--muted); font-weight: 600; line-height: 1.25; }
th:first-child, td.text, th.text { text-align: left; }
tbody th { font-weight: 600; min-width: 11em; max-width: 24em; overflow-wrap: anywhere; }
td.text { white-space: normal; overflow-wrap: anywhere; min-width: 8em; max-width: 32em; }
td small, th small { display: block; font-size: 0.75rem; font-weight: 400; color: var(--soft); white-space: nowrap; }
tbody.reference th, tbody.reference td { color: var(--soft); font-weight: 400; }
tbody.reference tr.divider th { text-align: left; font-size: 0.8125rem; padding-top: 16px; border-bottom-color: var(--muted); }
.better .sign, td.better { color: var(--better); } .worse .sign, td.worse { color: var(--worse); }
.sign { display: inline-block; width: 1.3em; font-weight: 700; }
th button { all: unset; cursor: pointer; } th button:hover { text-decoration: underline; }
th button:focus-visible { outline: 2px solid var(--link); outline-offset: 3px; }
th[aria-sort="descending"] button::after { content: " ↓"; } th[aria-sort="ascending"] button::after { content: " ↑"; }
.matrix td { text-align: center; } .matrix thead th:not(:first-child) { text-align: center; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; font-size: 0.9rem; }
dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
summary { cursor: pointer; color: var(--link); font-size: 0.9rem; margin: 10px 0; }`;

const figures = `
figure { margin: 12px 0 4px; max-width: 860px; }
figure svg { display: block; width: 100%; min-width: 560px; height: auto; }
figure svg[data-wide] { min-width: 860px; }
figure.wide { max-width: none; }
figcaption { margin-top: 6px; max-width: 52em; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0; margin: 8px 0; font-size: 0.875rem; }
.swatch { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; }
.legend li { white-space: nowrap; max-width: 100%; overflow: hidden; text-overflow: ellipsis; }
.mark-circle { border-radius: 50%; } .mark-square { border-radius: 0; } [class*="mark-"] { vertical-align: -1px; }
.mark-triangle { border-radius: 0; clip-path: polygon(50% 4%, 100% 96%, 0 96%); }
.mark-diamond { border-radius: 0; clip-path: polygon(50% 0, 88% 50%, 50% 100%, 12% 50%); }
.mark-star { border-radius: 0; clip-path: polygon(50% 0, 62% 36%, 100% 36%, 69% 59%, 81% 98%, 50% 74%, 19% 98%, 31% 59%, 0 36%, 38% 36%); }
.mark-wye { border-radius: 0; clip-path: polygon(36% 100%, 36% 58%, 2% 38%, 16% 10%, 50% 30%, 84% 10%, 98% 38%, 64% 58%, 64% 100%); }
.mark-cross { border-radius: 0; clip-path: polygon(34% 0, 66% 0, 66% 34%, 100% 34%, 100% 66%, 66% 66%, 66% 100%, 34% 100%, 34% 66%, 0 66%, 0 34%, 34% 34%); }
.ramp { display: inline-block; width: 150px; height: 12px; border-radius: 3px; margin: 0 8px; vertical-align: -1px;
  background: linear-gradient(to right, var(--worse), var(--neutral), var(--better)); }`;

const media = `
@media (max-width: 640px) {
  main { padding: 18px 16px 40px; } .verdict p { font-size: 1.15rem; } dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: 8px; } th, td { padding: 6px; }
}
@media print {
  :root { ${light} }
  main { max-width: none; padding: 0; } nav, summary { display: none; } h2 { break-after: avoid; }
  figure, tr, .verdict, .tile { break-inside: avoid; } .scroll { overflow: visible; } body { font-size: 11pt; }
  figure svg, figure svg[data-wide] { min-width: 0; } table { font-size: 7.5pt; } th, td { padding: 2px 4px; }
  td small, th small { font-size: 6pt; } tbody th { min-width: 0; }
  .matrix { font-size: 5pt; } .matrix th, .matrix td { padding: 1px; } td.text { min-width: 0; }
  .matrix thead th:not(:first-child) { writing-mode: vertical-rl; text-align: left; white-space: nowrap; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}`;

/** The whole sheet. Holds no text from the data and no `</style`. */
export const pageStyle = `:root { ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
${layout}${tables}${figures}${media}
`;

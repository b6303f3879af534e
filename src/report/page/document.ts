/** The shell of every page: nothing is loaded from anywhere, and a content security policy sees to it. */
import { html, markup } from "../html-text.ts";
import type { Html } from "../html-text.ts";
import { pageStyle } from "./page-style.ts";

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The whole document as text, ending in a line break. `body` goes into `<body>`. */
export function documentText(title: string, body: Html): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${markup(pageStyle)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`;
  return `${page.markup}\n`;
}

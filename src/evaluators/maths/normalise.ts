/** Brings spellings of one answer to one form, without deciding what the answer says. Braces are never removed here. */
import { latexOf } from "./characters.ts";

const environments = "equation|align|aligned|gather|gathered|split|math|displaymath|center";

/** In this order: each rule may rely on those above it. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/[\t\r\n]+/g, " "],
  [/\\\\\s*\[[^\]]*\]/g, "\\\\ "], // a row break with its spacing
  [new RegExp(`\\\\(?:begin|end)\\{(?:${environments})\\*?\\}`, "g"), " "],
  [/\\(?:phantom|hphantom|vphantom|hspace|vspace|label|tag)\*?\s*\{[^{}]*\}/g, " "],
  [/\\(?:left|right|middle)\s*\./g, " "],
  [/\\(?:left|right|middle|big|Big|bigg|Bigg|bigl|bigr|Bigl|Bigr|biggl|biggr|bigm)(?![A-Za-z])/g, " "],
  [/\\(?:displaystyle|textstyle|scriptstyle|limits|nolimits|bf|rm|it|em|hfill|noindent)(?![A-Za-z])/g, " "],
  [/\^\s*\{?\s*\\circ(?![A-Za-z])\s*\}?/g, "\\degree "],
  [/\\[dtc]frac(?![A-Za-z])/g, "\\frac"],
  [/\\[dt]binom(?![A-Za-z])/g, "\\binom"],
  [/(?<!\\)\\[()[\]]/g, " "], // \( \) \[ \]
  [/(?<!\\)\$/g, " "],
  [/^\s*\*\*([^*]+)\*\*\s*$/, "$1"], // markdown's bold around the whole; inside, Python's power
  [/\*\*/g, "^"],
  [/`/g, " "],
  // Space or a thin comma between groups of three digits: 1\,000, 1{,}000, 1 000.
  [/(?<=\d)(?:\{,\}|,?\\[,!;:]|,\\ |~|\\ )(?=\d{3}(?!\d))/g, ""],
];

const spacedGroups = /(?<![\d.,/^_{]\s*)(\d{1,3})((?: \d{3})+)(?![\d/]|\s*\/)/g;

export function normalise(text: string): string {
  const ruled = rules.reduce((soFar, [from, to]) => soFar.replace(from, to), latexOf(text));
  return ruled
    .replace(spacedGroups, (_, first: string, rest: string) => first + rest.replaceAll(" ", ""))
    .replace(/(?:\\[,;:! ]|[\s,;:]|(?<!\.)\.(?!\.))+$/, "")
    .trim();
}

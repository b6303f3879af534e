/** Where a response may conclude: the last places first. */
import { boxesOf } from "../text/boxed.ts";
import { finalAnswerHeading, lastAnswerMarker } from "../text/markers.ts";

/** Sections after "conclusion", boxes, what follows "answer:" or a heading, and a list of roles that ends the text. */
export function conclusions(text: string): string[] {
  const plain = text.replaceAll(/\*\*|__|`/g, "");
  const marked = [...plain.matchAll(/\bconclusions?\b[\s*_#"'”]*[::]?[\s*_"'”]*/gi)]
    .filter(({ 0: marker, index }) => marker.includes(":") || marker.includes(":") || startsLine(plain, index))
    .map(({ 0: marker, index }) => section(plain.slice(index + marker.length)));
  const boxed = boxesOf(text).map(({ content }) => content);
  const answers = [lastAnswerMarker(plain), finalAnswerHeading(plain)].flatMap((found) =>
    found ? [section(plain.slice(found.end - found.segment.length))] : [],
  );
  return [...marked.toReversed(), ...boxed.toReversed(), ...answers, closingList(plain)];
}

function startsLine(text: string, index: number): boolean {
  return /(?:^|\n)[\s#*_>-]*$/.test(text.slice(Math.max(0, index - 20), index));
}

/**
 * The list right after the marker, to the first empty line; after that only lines that are items of a list. What a model
 * says later in prose ("this verifies …", "if Ella were …") is not its conclusion.
 */
function section(rest: string): string {
  const lines = rest.replace(/^\s+/, "").split("\n");
  const end = lines.findIndex((line, index) => line.trim() === "" && mentionsRole(lines.slice(0, index).join("\n")));
  if (end < 0) return lines.join("\n");
  return [...lines.slice(0, end), ...lines.slice(end).filter((line) => /^\s*(?:\(\d+\)|\d+[.)])\s/.test(line))].join(
    "\n",
  );
}

const mentionsRole = (text: string): boolean => /kn(?:ight|ave)/i.test(text);

const listed =
  /^[\s|(]*(?:\(?\d+[.)]|[-*•])?\s*[\p{L}'-]+\s*(?:is|=|:|\||→|-|–|—)+\s*(?:an?|the)?\s*kn(?:ight|ave)[\s.,;|]*$/iu;

/** The lines at the very end that are nothing but a name and its role. */
function closingList(text: string): string {
  const lines = text.trimEnd().split("\n");
  const before = lines.findLastIndex((line) => !listed.test(line));
  return lines.slice(before + 1).join("\n");
}

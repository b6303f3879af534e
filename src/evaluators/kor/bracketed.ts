/** The answer a response sets in double square brackets, or, where it did not, in a box or in single ones. */
import { boxesOf } from "../text/boxed.ts";

/** The last one that holds something; undefined = none. Inner brackets, boxes and text commands around the whole are taken off. */
export function bracketed(text: string): string | undefined {
  const doubled = [...enclosures(text, "[[", "]]"), ...boxesOf(text)];
  const answer = lastFilled(doubled) ?? lastFilled(enclosures(text, "[", "]"));
  return answer === undefined ? undefined : unwrapped(answer);
}

interface Enclosure {
  readonly start: number;
  readonly content: string;
}

/** Dots, blanks and stand-ins of the format are no answer. */
const empty = /^(?:[.…\s]|answer|your answer)*$/i;

function lastFilled(all: readonly Enclosure[]): string | undefined {
  const filled = all.filter(({ content }) => !empty.test(content));
  return filled.toSorted((a, b) => a.start - b.start).at(-1)?.content;
}

/** What stands between each opening and the closing that balances it: "[[a];[b]]" holds "a];[b". */
function enclosures(text: string, open: string, close: string): Enclosure[] {
  const found: Enclosure[] = [];
  for (let from = text.indexOf(open); from >= 0;) {
    const end = balancedEnd(text, from);
    if (end < 0) return found;
    const content = text.slice(from + open.length, end - close.length + 1);
    if (text.slice(end - close.length + 1, end + 1) === close) found.push({ start: from, content: content.trim() });
    from = text.indexOf(open, end + 1);
  }
  return found;
}

function balancedEnd(text: string, from: number): number {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    if (text[i] === "[") depth++;
    else if (text[i] === "]" && --depth === 0) return i;
  }
  return -1;
}

const wrapping = [
  /^\$+([\s\S]*?)\$+$/,
  /^\\boxed\s*\{([\s\S]*)\}$/,
  /^\\(?:text|mathrm|textbf|mathbf)\s*\{([^{}]*)\}$/,
  /^\[\[([\s\S]*)\]\]$/,
  /^\*\*([^*]+)\*\*$/,
  /^`([^`]+)`$/,
  /^["“]([^"“”]*)["”]$/,
];

function unwrapped(answer: string): string {
  for (const wrapper of wrapping) {
    const inner = wrapper.exec(answer)?.[1];
    if (inner !== undefined && inner.trim() !== "") return unwrapped(inner.trim());
  }
  return answer;
}

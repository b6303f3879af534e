/** A judge's reply, made easy to read. */

/**
 * Without emphasis, quotes and fences: "**correct:** 'yes'" → "correct: yes". Empty where a JSON object opens: a word picked
 * out of a verdict that cannot be read may be its reason, and the reverse of what it says.
 */
export function plainReply(reply: string): string {
  if (/\{\s*"[^"]*"\s*:/.test(reply)) return "";
  return reply
    .replaceAll("\r\n", "\n")
    .replaceAll(/^```.*$/gm, "")
    .replaceAll(/[*_`"'“”‘’]/g, "");
}

/** The last JSON object of the reply that has the field; undefined where there is none. */
export function jsonField(reply: string, field: string): unknown {
  let found: unknown;
  let end = 0;
  for (const { index } of reply.matchAll(/\{\s*"/g)) {
    // Inside an object that was taken: a field of that name in its depth is not the verdict.
    if (index < end) continue;
    const close = closingBrace(reply, index);
    const value = close < 0 ? undefined : parsedObject(reply.slice(index, close + 1));
    if (value === undefined || !(field in value)) continue;
    found = value[field];
    end = close;
  }
  return found;
}

/** Where the object that opens at `open` closes; braces in its strings are text. -1: it never does. */
function closingBrace(text: string, open: number): number {
  let depth = 0;
  let inString = false;
  for (let i = open; i < text.length; i++) {
    const character = text[i];
    if (inString && character === "\\") i++;
    else if (character === '"') inString = !inString;
    else if (!inString && character === "{") depth++;
    else if (!inString && character === "}" && --depth === 0) return i;
  }
  return -1;
}

function parsedObject(text: string): Readonly<Record<string, unknown>> | undefined {
  for (const form of [text, withBareBackslashes(text)]) {
    try {
      return JSON.parse(form) as Readonly<Record<string, unknown>>;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

/** LaTeX in JSON, as judges write it: a backslash that begins no escape is itself. */
function withBareBackslashes(text: string): string {
  return text.replaceAll(/\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?/g, (whole, escape?: string) =>
    escape === undefined ? "\\\\" : whole,
  );
}

/** The last match; undefined where there is none. */
export function lastMatch(text: string, pattern: RegExp): RegExpMatchArray | undefined {
  return [...text.matchAll(pattern)].at(-1);
}

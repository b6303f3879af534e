/** A judge's reply, made easy to read. */

/** Without emphasis, quotes and fences: "**correct:** 'yes'" → "correct: yes". */
export function plainReply(reply: string): string {
  return reply
    .replaceAll("\r\n", "\n")
    .replaceAll(/^```.*$/gm, "")
    .replaceAll(/[*_`"'“”‘’]/g, "");
}

/** The last JSON object of the reply that has the field; undefined where there is none. */
export function jsonField(reply: string, field: string): unknown {
  for (let open = reply.lastIndexOf("{"); open >= 0; open = open === 0 ? -1 : reply.lastIndexOf("{", open - 1)) {
    const close = reply.indexOf("}", open);
    if (close < 0) continue;
    try {
      const value = JSON.parse(reply.slice(open, close + 1)) as Readonly<Record<string, unknown>>;
      if (field in value) return value[field];
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return undefined;
}

/** The last match; undefined where there is none. */
export function lastMatch(text: string, pattern: RegExp): RegExpMatchArray | undefined {
  return [...text.matchAll(pattern)].at(-1);
}

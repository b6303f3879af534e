/** JSON as models write it: in a fence, behind prose, with a comma too many. */

/** The value in the text from its first `open` to its last closing partner; undefined where there is none. */
export function tolerantJson(text: string, open: "{" | "["): unknown {
  const from = text.indexOf(open);
  const to = text.lastIndexOf(open === "{" ? "}" : "]");
  if (from < 0 || to <= from) return undefined;
  const body = text.slice(from, to + 1);
  return parsed(body) ?? parsed(body.replaceAll(/,(\s*[}\]])/g, "$1"));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

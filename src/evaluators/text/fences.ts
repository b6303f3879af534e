/** Fenced blocks of a Markdown text. */
export interface Fence {
  /** the word behind the opening fence, lower-case; "" when there is none */
  readonly tag: string;
  readonly content: string;
}

const opening = /^[ \t]*(`{3,}|~{3,})[ \t]*([^\s`]*)[^`\n]*$/;

/** In order. A fence that is not closed reaches to the end of the text; indented fences lose their indentation. */
export function fences(text: string): Fence[] {
  const found: Fence[] = [];
  let open:
    | { readonly mark: string; readonly tag: string; readonly indent: number; readonly lines: string[] }
    | undefined;
  for (const line of text.split("\n")) {
    if (open && line.trim().startsWith(open.mark) && line.trim().replaceAll(open.mark[0] ?? "`", "") === "") {
      found.push({ tag: open.tag, content: open.lines.join("\n") });
      open = undefined;
    } else if (open) {
      open.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
    } else {
      const match = opening.exec(line);
      const [, mark = "", tag = ""] = match ?? [];
      if (match) open = { mark, tag: tag.toLowerCase(), indent: line.length - line.trimStart().length, lines: [] };
    }
  }
  if (open) found.push({ tag: open.tag, content: open.lines.join("\n") });
  return found;
}

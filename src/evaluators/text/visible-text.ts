/** What of a response was meant to be read: without its reasoning block. */

const thinkTag = /<(\/?)think(?:ing)?\s*>/gi;

/**
 * The response without `<think>` and `<thinking>` blocks, line ends as "\n". A block that is never closed hides all that
 * follows it: the model ran out before it answered. A closing tag alone hides all before it: some chat templates put
 * the opening tag into the prompt.
 */
export function visibleText(response: string): string {
  const text = response.includes("\r") ? response.replaceAll(/\r\n?/g, "\n") : response;
  // Most responses have no such tag, and this line is most of the cost of short answers.
  if (!text.includes("<") || text.search(thinkTag) < 0) return text;
  let visible = "";
  let depth = 0;
  let from = 0;
  for (const { 0: tag, 1: slash, index } of text.matchAll(thinkTag)) {
    if (slash === "") {
      if (depth === 0) visible += text.slice(from, index);
      depth++;
    } else if (depth === 0) visible = "";
    else depth--;
    from = index + tag.length;
  }
  return depth === 0 ? visible + text.slice(from) : visible;
}

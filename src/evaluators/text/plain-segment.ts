/** A short piece of markdown or LaTeX as plain text: wrappers, dollars and emphasis gone, brackets and words kept. */

const wrapper =
  /\\(?:text|textbf|textit|textrm|texttt|textsf|mathrm|mathbf|mathit|mathsf|mathtt|mathbb|mathcal|operatorname|mbox|boxed|fbox|bf|rm|emph|underline)\s*\{([^{}]*)\}/g;

export function plainSegment(segment: string): string {
  if (!/[*`$~_\\\uFF08\uFF09]/.test(segment)) return segment.trim();
  let text = segment;
  if (text.includes("\\")) {
    // From the inside out; each pass takes one layer, and no answer wears more than a few.
    for (let layer = 0; layer < 4 && wrapper.test(text); layer++) text = text.replaceAll(wrapper, "$1");
    wrapper.lastIndex = 0;
    text = text.replaceAll(/\\[()[\]]/g, " ").replaceAll(/\\[,;!: ]|\\q?quad\b/g, " ");
  }
  return (
    text
      // A star between blanks or between digits multiplies.
      .replaceAll(/(?<=\S)(?<!\d)\*|(?<=\d)\*(?!\d)|(?<!\S)\*(?=\S)|[`$~]|(?<!\w)_+|_+(?!\w)/g, "")
      .replaceAll("\uFF08", "(")
      .replaceAll("\uFF09", ")")
      .trim()
  );
}

/** The reference's first normalisation, after which answers are compared as text. Each rule as it stands there. */
export function referenceStripped(answer: string): string {
  const inner = /^\\text\{(.+?)\}$/s.exec(answer.trim())?.[1] ?? answer;
  let text = inner
    .trim()
    .replaceAll("\n", "")
    .replaceAll("\\!", "")
    .replaceAll("\\\\", "\\")
    .replaceAll(/[td]frac/g, "frac")
    .replaceAll("\\left", "")
    .replaceAll("\\right", "")
    .replaceAll(/\^\{\\circ\}|\^\\circ/g, "")
    .replaceAll("\\$", "")
    .split("\\text{ ")[0]
    ?.replaceAll("\\%", "")
    .replaceAll(" .", " 0.")
    .replaceAll("{.", "{0.");
  if (!text) return "";
  if (text.startsWith(".")) text = `0${text}`;
  const sides = text.split("=");
  if (sides.length === 2 && (sides[0]?.length ?? 9) <= 2) text = sides[1] ?? text;
  text = text.replaceAll(/\\sqrt([^{])/g, "\\sqrt{$1}").replaceAll(" ", "");
  text = text.replaceAll(/\\frac([^{])([^{])/g, "\\frac{$1}{$2}").replaceAll(/\\frac([^{])\{/g, "\\frac{$1}{");
  if (text === "0.5") return "\\frac{1}{2}";
  return text.replace(/^(-?(?:0|[1-9]\d*))\/(-?(?:0|[1-9]\d*))$/, "\\frac{$1}{$2}");
}

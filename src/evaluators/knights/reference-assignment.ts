/** How LLMRouterBench grades knights and knaves: every sentence of the key must be a part of what follows the conclusion. */
const markers = ["CONCLUSION:", "boxed", "Conclusion:", "conclusion:"];
const endings = ["### Reason", "Let's think step by step again", "let's go back and check", "###"];

export function referenceAssignment(response: string, key: string): boolean {
  const text = response.split("### Question")[0] ?? "";
  const marker = markers.find((one) => (text.split(one)[1] ?? "") !== "");
  const part = marker === undefined ? text : (text.split(marker)[1] ?? "");
  const conclusion = endings.reduce((soFar, ending) => soFar.split(ending)[0] ?? "", part);
  const sentences = key
    .split("\n")
    .map((line) => line.replace(/^\(\d+\)\s*/, "").trim())
    .filter(Boolean);
  if (conclusion.includes(`(${sentences.length + 1})`) || conclusion.includes("if")) return false;
  const lower = conclusion.toLowerCase();
  return sentences.every((sentence) => lower.includes(sentence.toLowerCase()));
}

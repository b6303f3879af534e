/** SGI-Bench, deep research: an answer brought into the key's form, and the steps of a solution judged. The words are ours. */
import { tolerantJson } from "../text/tolerant-json.ts";
import { boxedTexts } from "./boxed-texts.ts";
import { jsonField } from "./reply.ts";

/** Nothing of the key is told: an example of its form alone. */
export const inForm = {
  id: "sgi-research-form/1",
  form: "the bare answer",
  content: (answer: string, isNumeric: boolean): string =>
    [
      "Take the final answer out of a text and write it in the form of the example. Change no content, leave out all else.",
      `Example of the form: ${isNumeric ? "0.25" : "T cell and B cell"}`,
      ...boxedTexts([{ name: "Text", text: answer }]),
      "Reply with the bare answer.",
    ].join("\n\n"),
  read: (reply: string): string | undefined => {
    const said = jsonField(reply, "answer");
    const text = (typeof said === "string" ? said : reply).replaceAll(/^["'`]+|["'`]+$/g, "").trim();
    return text === "" || text.length > mostCharacters ? undefined : text;
  },
} as const;

const mostCharacters = 2000;

export interface Research {
  readonly question: string;
  readonly truth: string;
  readonly steps: string;
  readonly solution: string;
}

export const stepsRight = {
  id: "sgi-research-steps/1",
  form: "the JSON list asked for",
  content: ({ question, truth, steps, solution }: Research): string =>
    [
      "Judge each step of a solution: correct, or incorrect. A step may differ from the reference's and still be correct.",
      ...boxedTexts([
        { name: "Question", text: question },
        { name: "Steps of the reference", text: steps },
        { name: "Right answer", text: truth },
        { name: "Solution to be judged", text: solution },
      ]),
      'Reply with a JSON list alone, one entry a step: [{"solution_step": "…", "reason": "…", "judge": "correct" or "incorrect"}]',
    ].join("\n\n"),
  /** The share of correct steps. */
  read: (reply: string): number | undefined => {
    const list = tolerantJson(reply, "[");
    if (!Array.isArray(list) || list.length === 0) return undefined;
    const verdicts = list.map((step) =>
      String(Object(step)["judge"] ?? "")
        .trim()
        .toLowerCase(),
    );
    if (verdicts.some((verdict) => verdict !== "correct" && verdict !== "incorrect")) return undefined;
    return verdicts.filter((verdict) => verdict === "correct").length / verdicts.length;
  },
} as const;

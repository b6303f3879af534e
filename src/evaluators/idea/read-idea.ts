/** A research idea in its six sections, out of a response and out of a row of SGI-Bench. */
import { answerTag } from "../text/answer-tag.ts";
import { fences } from "../text/fences.ts";
import { pythonLiteral } from "../text/python-literal.ts";
import { tolerantJson } from "../text/tolerant-json.ts";

export const ideaSections = [
  "Idea",
  "ImplementationSteps",
  "ImplementationOrder",
  "Dataset",
  "EvaluationMetrics",
  "ExpectedOutcome",
] as const;

export type Idea = Readonly<Partial<Record<(typeof ideaSections)[number], unknown>>>;

/** Of the tagged answer, a fence, or the whole text; else section by section. Undefined where there is none. */
export function readIdea(visible: string): Idea | undefined {
  const text = answerTag(visible) || visible;
  const places = [...fences(text).map(({ content }) => content), text];
  for (const place of places) {
    const value = tolerantJson(place, "{");
    if (typeof value === "object" && value !== null) return value;
  }
  const found = ideaSections.flatMap((section) => {
    const [, body] = new RegExp(`"${section}"\\s*:\\s*(\\{[^}]*\\}|\\[[^\\]]*\\]|"[^"]*")`, "i").exec(text) ?? [];
    if (body === undefined) return [];
    const wrapped = tolerantJson(`{"it": ${body}}`, "{") as { readonly it: unknown } | undefined;
    return [[section, wrapped?.it ?? body] as const];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/** The row's own idea, whose fields are printed as Python writes them. */
export function keyIdea(record: Readonly<Record<string, unknown>>): Idea {
  return {
    Idea: record["core_idea"] ?? "",
    ImplementationSteps: literalIn(record["implementation_steps"]) ?? {},
    ImplementationOrder: literalIn(record["implementation_order"]) ?? [],
    Dataset: record["data"] ?? "",
    EvaluationMetrics: literalIn(record["evaluation_metrics"]) ?? {},
    ExpectedOutcome: record["expected_outcome"] ?? "",
  };
}

/** A value that may be printed as a text. */
export function literalIn(value: unknown): unknown {
  return typeof value === "string" ? pythonLiteral(value) : (value ?? undefined);
}

/** Whether a section says anything. */
export function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** An idea as a judge reads it. */
export function ideaText(idea: Idea): string {
  return ideaSections
    .filter((section) => isFilled(idea[section]))
    .map((section) => `${section}: ${textOf(idea[section])}`)
    .join("\n\n");
}

export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

/** SGI-Bench, ideas: which of two hypotheses is better, in four dimensions. The words are ours. */
import { boxedTexts } from "./boxed-texts.ts";
import { jsonField } from "./reply.ts";

export const ideaDimensions = ["effectiveness", "novelty", "detailedness", "feasibility"] as const;
export type IdeaDimension = (typeof ideaDimensions)[number];

/** The side that a judge holds better, by dimension. */
export type IdeaVotes = Readonly<Record<IdeaDimension, "A" | "B">>;

export const ideaVotes = {
  id: "sgi-idea-votes/1",
  form: "the JSON asked for",
  temperature: 0.1,
  content: (context: string, a: string, b: string): string =>
    [
      "Compare two research hypotheses, A and B, on the same question, in four dimensions: effectiveness (would it solve the problem), novelty (how far it goes beyond what is known), detailedness (how fully it is worked out), feasibility (can it be done). One wins each dimension; there is no tie. The order in which they stand means nothing.",
      ...boxedTexts([
        { name: "What is known", text: context },
        { name: "Hypothesis A", text: a },
        { name: "Hypothesis B", text: b },
      ]),
      'Reply with JSON alone: {"effectiveness": "A" or "B", "novelty": "A" or "B", "detailedness": "A" or "B", "feasibility": "A" or "B"}.',
    ].join("\n\n"),
  read(reply: string): IdeaVotes | undefined {
    const votes = ideaDimensions.map((dimension) => [dimension, voteIn(reply, dimension)] as const);
    return votes.every(([, vote]) => vote !== undefined) ? (Object.fromEntries(votes) as IdeaVotes) : undefined;
  },
} as const;

function voteIn(reply: string, dimension: IdeaDimension): "A" | "B" | undefined {
  const said = jsonField(reply, dimension);
  const [, bare] = /^\s*(?:win\s*)?([AB])\s*$/i.exec(typeof said === "string" ? said : "") ?? [];
  const [, told] = new RegExp(`\\b${dimension}\\b[^\\n]*?\\bwin\\s*([AB])\\b`, "i").exec(reply) ?? [];
  const side = (bare ?? told)?.toUpperCase();
  return side === "A" || side === "B" ? side : undefined;
}

/** The JSON Schemas published under `schemas/`, made from the zod schemas. `scripts/gen-schemas.mjs` writes them. */
import { z } from "zod";
import { inspectionSchema, reportSchema } from "../core/report.ts";

const published = {
  compare: {
    schema: reportSchema,
    title: "signalbox compare report",
    description:
      "What `signalbox compare --json` prints. Scores, accuracies, gains and shares are fractions, money is USD, null means undefined or unknown.",
  },
  inspect: {
    schema: inspectionSchema,
    title: "signalbox inspection",
    description:
      "What `signalbox inspect --json` prints, over all prompts. Scores are fractions, money is USD, null means undefined or unknown.",
  },
} as const;

export type PublishedSchema = keyof typeof published;

export const publishedSchemas = Object.keys(published) as readonly PublishedSchema[];

/** The text of `schemas/<name>.schema.json` (JSON Schema 2020-12). */
export function jsonSchemaText(name: PublishedSchema): string {
  const { schema, title, description } = published[name];
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io: "output" });
  return `${JSON.stringify({ $schema, title, description, ...rest }, undefined, 2)}\n`;
}

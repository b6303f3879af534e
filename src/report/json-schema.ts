/** The JSON Schemas published under `schemas/`, made from the zod schemas. `scripts/gen-schemas.mjs` writes them. */
import { analysisSchema } from "../core/analysis.ts";
import { schemaText } from "../core/json-schema-text.ts";
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
  analysis: {
    schema: analysisSchema,
    title: "signalbox analysis",
    description:
      "What `signalbox analyze --json` prints. Accuracies, gains and shares are fractions, money is USD, null means undefined or unknown.",
  },
} as const;

export type PublishedSchema = keyof typeof published;

export const publishedSchemas = Object.keys(published) as readonly PublishedSchema[];

/** The text of `schemas/<name>.schema.json` (JSON Schema 2020-12). */
export function jsonSchemaText(name: PublishedSchema): string {
  return schemaText({ ...published[name], direction: "output" });
}

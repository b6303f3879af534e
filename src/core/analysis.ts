/**
 * An analysis: one question about a table, answered in sentences, tables and a picture. What `analyze --json` prints,
 * what the terminal and the HTML page are drawn from, and what `schemas/analysis.schema.json` describes.
 *
 * Numbers: accuracies, gains and shares are fractions; null = undefined or unknown, never 0.
 */
import { z } from "zod";

const cell = z.union([z.string(), z.number(), z.null()]);

export const unitSchema = z
  .enum(["text", "fraction", "points", "usd", "count", "seconds", "number"])
  .describe('"points": a difference of fractions, shown as points; "fraction": shown as a percentage');

export const analysisTableSchema = z.object({
  title: z.string(),
  columns: z.array(z.object({ name: z.string(), unit: unitSchema })),
  rows: z.array(z.array(cell)),
  note: z.string().optional(),
});

const point = z.object({
  x: z.number(),
  y: z.number().nullable(),
  low: z.number().nullable().optional(),
  high: z.number().nullable().optional(),
});

export const analysisChartSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("lines"),
    title: z.string(),
    x: z.string(),
    y: z.string(),
    unit: unitSchema,
    series: z.array(z.object({ name: z.string(), points: z.array(point) })),
  }),
  z.object({
    kind: z.literal("intervals").describe("differences, each with its 95 % interval"),
    title: z.string(),
    x: z.string(),
    unit: unitSchema,
    better: z.enum(["higher", "lower"]).describe("which side of 0 is good news"),
    rows: z.array(
      z.object({
        name: z.string(),
        value: z.number().nullable(),
        low: z.number().nullable(),
        high: z.number().nullable(),
      }),
    ),
  }),
  z.object({
    kind: z.literal("heat"),
    title: z.string(),
    unit: unitSchema,
    columns: z.array(z.string()),
    rows: z.array(z.object({ name: z.string(), values: z.array(z.number().nullable()) })),
  }),
]);

export const analysisSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.string(),
  title: z.string(),
  question: z.string(),
  data: z.object({ name: z.string(), digest: z.string(), prompts: z.int(), models: z.int(), datasets: z.int() }),
  settings: z.record(z.string(), z.union([z.string(), z.number()])),
  findings: z.array(z.string()),
  tables: z.array(analysisTableSchema),
  charts: z.array(analysisChartSchema),
});

export type Analysis = z.infer<typeof analysisSchema>;
export type AnalysisTable = z.infer<typeof analysisTableSchema>;
export type AnalysisChart = z.infer<typeof analysisChartSchema>;
export type AnalysisUnit = z.infer<typeof unitSchema>;

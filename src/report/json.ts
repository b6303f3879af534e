/** The report and the inspection as JSON: the schema's key order, NaN and infinities as null, a line break at the end. */
import type { z } from "zod";
import { analysisSchema } from "../core/analysis.ts";
import type { Analysis } from "../core/analysis.ts";
import { inspectionSchema, reportSchema, type Inspection, type Report } from "../core/report.ts";

/** What `compare --json` prints. Throws a ZodError when the value does not fit the published schema. */
export function reportToJson(report: Report): string {
  return ordered(reportSchema, report);
}

/** What `inspect --json` prints. */
export function inspectionToJson(inspection: Inspection): string {
  return ordered(inspectionSchema, inspection);
}

/** What `analyze --json` prints. */
export function analysisToJson(analysis: Analysis): string {
  return ordered(analysisSchema, analysis);
}

/** Parsing gives the keys in the order the schema names them, whatever order they were made in. */
function ordered(schema: z.ZodType, value: unknown): string {
  const finite: unknown = JSON.parse(JSON.stringify(value));
  return `${JSON.stringify(schema.parse(finite), undefined, 2)}\n`;
}

/** A request's body, checked and read: its fields, and where its model stands. */
import { ApiError } from "../api-error.ts";
import { scanTopLevel } from "./top-level.ts";
import type { Span } from "./top-level.ts";

export interface ReadBody {
  readonly bytes: Buffer;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly model: string;
  readonly modelSpans: readonly Span[];
}

/** @throws ApiError 400 for what is no JSON object, is nested too deep, or names no model */
export function readBody(bytes: unknown, { mostDepth }: { readonly mostDepth: number }): ReadBody {
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) throw refused("the body is empty", "body_missing");
  const { values, depth } = scanTopLevel(bytes, "model", mostDepth);
  if (depth > mostDepth) throw refused(`the body is nested more than ${mostDepth} deep`, "body_too_deep");
  const fields = parsedObject(bytes);
  const { model } = fields;
  if (typeof model !== "string" || model === "")
    throw refused('"model" is needed, e.g. "auto"', "model_missing", "model");
  return { bytes, fields, model, modelSpans: values };
}

function parsedObject(bytes: Buffer): Readonly<Record<string, unknown>> {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw refused("the body is not JSON", "body_not_json");
    throw cause;
  }
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw refused("the body is not an object", "body_not_json");
}

function refused(problem: string, code: string, param?: string): ApiError {
  return new ApiError({ status: 400, code, problem, param });
}

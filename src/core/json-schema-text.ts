/** A zod schema as the text of a published JSON Schema file (2020-12). */
import { z } from "zod";

export interface PublishableSchema {
  readonly schema: z.ZodType;
  readonly title: string;
  readonly description: string;
  /** What users write and we read, or what we write and users read. */
  readonly direction: "input" | "output";
}

/** The text of `schemas/<name>.schema.json`. */
export function schemaText({ schema, title, description, direction }: PublishableSchema): string {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io: direction });
  return `${JSON.stringify({ $schema, title, description, ...rest }, undefined, 2)}\n`;
}

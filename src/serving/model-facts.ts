/** What must be known of a model besides its outcomes, before a live request is sent to it. */
import { z } from "zod";
import type { Price } from "../prices/price.ts";

/** What a model can do, as a config states it. What is left out is not known: the model is let through, and that is said. */
export const capabilitiesSchema = z.strictObject({
  contextTokens: z.int().positive().optional().describe("tokens of prompt and answer together that it takes"),
  tools: z.boolean().optional().describe("calls functions"),
  vision: z.boolean().optional().describe("reads images"),
  json: z.boolean().optional().describe("answers in JSON when asked to, by schema or without"),
});

export type Capabilities = z.infer<typeof capabilitiesSchema>;

export interface ModelFacts {
  readonly capabilities?: Capabilities | undefined;
  /** undefined = none is known: the model is never chosen under a cost ceiling that its training costs do not settle */
  readonly price?: Price | undefined;
}

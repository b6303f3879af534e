/** What the `gateway` section of signalbox.yaml says of the logs. */
import { z } from "zod";

export const logFields = {
  spendLog: z
    .string()
    .min(1)
    .default(".signalbox/spend.jsonl")
    .describe("where each paid call is written down, without content, for signalbox spend; off = nowhere"),
  log: z
    .strictObject({
      path: z.string().min(1).default(".signalbox/calls.jsonl").describe("each replica needs a file of its own"),
      content: z.boolean().default(false).describe("whether prompts and answers are kept as well"),
      mostMiB: z.number().positive().default(256).describe("a file larger than that is put aside, and a new one begun"),
      keptFiles: z.int().min(0).default(8).describe("files put aside that are kept; the oldest go"),
    })
    .optional()
    .describe("where each call and its decision are written down, for signalbox replay; nowhere when left out"),
};

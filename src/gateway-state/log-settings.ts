/** What the `gateway` section of signalbox.yaml says of the logs. */
import { z } from "zod";

export const logFields = {
  spendLog: z
    .string()
    .min(1)
    .default(".signalbox/spend.jsonl")
    .describe("where each paid call is written down, without content, for signalbox spend; off = nowhere"),
};

/** What the `gateway` section of signalbox.yaml says of the time while a shared state cannot be reached. */
import { z } from "zod";
import type { FailModes } from "./state-options.ts";

const answer = z.enum(["refuse", "allow"]);

export const awayFields = z
  .strictObject({
    budgets: answer
      .default("refuse")
      .describe("refuse: nothing is spent that cannot be counted; allow: calls go on, and are booked later"),
    limits: answer
      .default("allow")
      .describe("allow: each replica counts for itself; refuse: no call with a key passes"),
  })
  .prefault({})
  .describe("what becomes of calls while a Redis that replicas share is away");

/** The same, as a state reads it. */
export function failModes({ budgets, limits }: z.infer<typeof awayFields>): FailModes {
  const mode = (said: z.infer<typeof answer>): FailModes["budgets"] => (said === "allow" ? "open" : "closed");
  return { budgets: mode(budgets), limits: mode(limits) };
}

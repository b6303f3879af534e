/** No model is left to ask: which gate removed which, so that the caller can open one. */
import { SignalboxError } from "../core/errors.ts";
import type { Gated } from "./decider.ts";

export class NoCandidateError extends SignalboxError {
  override readonly name = "NoCandidateError";
  readonly gated: readonly Gated[];
  readonly router: string;

  constructor(gated: readonly Gated[], router: string) {
    super({
      problem: `no model of router "${router}" may be asked (${gated.map(({ model, detail }) => `${model}: ${detail}`).join("; ")})`,
      mend: mendOf(new Set(gated.map(({ gate }) => gate))),
    });
    this.gated = gated;
    this.router = router;
  }
}

const mends: Readonly<Record<Gated["gate"], string>> = {
  unserved: "serve more of its models",
  allow: "allow more models",
  exclude: "exclude fewer models",
  context: "shorten the prompt or the answer asked for",
  tools: "leave out the tools",
  vision: "leave out the images",
  json: "leave out the response format",
  ceiling: "raise the cost ceiling",
};

function mendOf(gates: ReadonlySet<Gated["gate"]>): string {
  const ways = [...gates].map((gate) => mends[gate]).join(", or ");
  return `${ways.charAt(0).toUpperCase()}${ways.slice(1)}; or serve a router that knows other models.`;
}

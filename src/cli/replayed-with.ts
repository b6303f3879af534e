/** What another router would have done, in words: what is expected, and what was measured. */
import { plural } from "../core/plural.ts";
import { percent } from "../report/format.ts";
import { alignedLines } from "../report/text-layout.ts";
import type { ClusteredMean } from "../serving/clustered-mean.ts";
import type { ReplayedWith } from "../serving/replay-with.ts";

export function replayedWithText(name: string, found: ReplayedWith): string {
  const { otherwise, expectedScore, expectedCostUsd, scoreBeyondExpected, scoreWhereItAgrees } = found;
  const models = Object.entries(found.models).map(([model, count]) => `${model} ${count}`);
  const rows = [
    ["", "mean", "95 % interval", "decisions"],
    row("score, expected: its choice less the chosen one", expectedScore),
    row("USD a call, expected: its choice less the chosen one", expectedCostUsd),
    row("score, measured less expected, of who answered", scoreBeyondExpected),
    row("score, measured, where it chooses who answered", scoreWhereItAgrees),
  ];
  return [
    `${name} on ${plural(found.decisions, "decision")}${leftOut(found)}: chooses otherwise in ${share(otherwise)}`,
    `its choices: ${models.join(", ")}`,
    ...bentText(found),
    "",
    ...alignedLines(rows, ["left"]),
    "",
    "Expected is what this router expects of both models; nobody asked the other one. Where measured less expected is not 0, its",
    "expectations are off by so much on these queries. A split (gateway.split) measures.",
  ].join("\n");
}

/** What the client asked for then is not asked of this router. */
function bentText({ otherwiseUnder: { decisions, by } }: ReplayedWith): string[] {
  if (decisions === 0) return [];
  const names = Object.entries(by).map(([name, count]) => `${name} ${count}`);
  return [
    `of the decisions that differ, ${decisions} ${decisions === 1 ? "was" : "were"} not made by the logged router's rule alone: ${names.join(", ")}`,
  ];
}

function leftOut({ withoutContent, withoutModel }: ReplayedWith): string {
  const why = [
    ...(withoutContent > 0 ? [`${withoutContent} logged without content`] : []),
    ...(withoutModel > 0 ? [`${withoutModel} with no model of its pool that could be asked`] : []),
  ];
  return why.length > 0 ? ` (left out: ${why.join(", ")})` : "";
}

function share({ mean, ci95: [low, high] }: ClusteredMean): string {
  if (Number.isNaN(mean)) return "none";
  return `${percent(mean)} %${Number.isNaN(low) ? "" : ` [${percent(low)}, ${percent(high)}]`}`;
}

function row(title: string, { mean, ci95: [low, high], count }: ClusteredMean): string[] {
  return [title, digits(mean), Number.isNaN(low) ? "—" : `[${digits(low)}, ${digits(high)}]`, String(count)];
}

function digits(value: number): string {
  return Number.isNaN(value) ? "—" : String(Number(value.toPrecision(3))).replace("-", "−");
}

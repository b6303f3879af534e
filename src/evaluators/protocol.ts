/**
 * Laboratory protocols (SGI-Bench, wet experiments), by the official measure: the mean of
 *   order similarity = 1 − discordant pairs / all pairs, over the alphabetical order of the actions' names, position by
 *     position; 0 where the lengths differ;
 *   parameter accuracy = 1 − steps wrong, missing or too many / the longer length; a step is right when action and keys are
 *     the key's and each value made by an earlier step comes from the same one. Literal values are free.
 * Two protocols with nothing in common may thus earn ½; `strict`, the share of positions with the right action, stands beside.
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import { readProtocol, type ProtocolStep } from "./protocol/read-protocol.ts";
import { keyText } from "./text/key-text.ts";
import { visibleText } from "./text/visible-text.ts";

export const protocol = defineEvaluator({
  name: "protocol",
  summary: "The steps of a protocol: order of the actions, parameters, and what each takes from which.",
  options: z.strictObject({}),

  score({ response, truth }) {
    const key = readProtocol(keyText(truth));
    if (key.length === 0) return ungraded("data-error", "the key holds no step");
    const visible = visibleText(response);
    if (visible.trim() === "") return failedAnswer("no-answer", "nothing was said outside the reasoning");
    const given = readProtocol(answerOf(visible));
    if (given.length === 0) return failedAnswer("no-answer", "no step name = <Action>(…)");
    return gradedSteps(given, key);
  },

  compat({ response, truth }) {
    const given = officialSteps(/<answer>([\s\S]*?)<\/answer>/.exec(response)?.[1] ?? response);
    const key = officialSteps(keyText(truth));
    return given.length === 0 || key.length === 0 ? graded(0, "") : gradedSteps(given, key);
  },
});

/** Within the last answer tags, where there are any; a tag never closed reaches to the end. */
function answerOf(text: string): string {
  const start = text.lastIndexOf("<answer>");
  return start < 0 ? text : (text.slice(start + "<answer>".length).split("</answer>")[0] ?? "");
}

function gradedSteps(given: readonly ProtocolStep[], key: readonly ProtocolStep[]): ReturnType<typeof graded> {
  const order = orderSimilarity(given, key);
  const parameters = parameterAccuracy(given, key);
  const longer = Math.max(given.length, key.length);
  const strict = key.filter(({ action }, index) => given[index]?.action === action).length / longer;
  const parts = { "order similarity": order, "parameter accuracy": parameters, strict };
  return graded((order + parameters) / 2, given.map(({ action }) => action).join("\n"), { parts });
}

function orderSimilarity(given: readonly ProtocolStep[], key: readonly ProtocolStep[]): number {
  if (given.length !== key.length) return 0;
  const pairs = (key.length * (key.length - 1)) / 2;
  let discordant = 0;
  for (let i = 0; i < key.length; i++) {
    for (let j = i + 1; j < key.length; j++) {
      const product = alphabetical(given[i], given[j]) * alphabetical(key[i], key[j]);
      if (product < 0) discordant++;
    }
  }
  return pairs === 0 ? 1 : 1 - discordant / pairs;
}

function alphabetical(a: ProtocolStep | undefined, b: ProtocolStep | undefined): number {
  const [first = "", second = ""] = [a?.action, b?.action];
  return first < second ? -1 : first > second ? 1 : 0;
}

function parameterAccuracy(given: readonly ProtocolStep[], key: readonly ProtocolStep[]): number {
  const made = { given: new Set(given.map(({ output }) => output)), key: new Set(key.map(({ output }) => output)) };
  /** the given protocol's names of what the key's right steps made */
  const names = new Map<string, string>();
  let right = 0;
  for (const [index, step] of key.entries()) {
    const own = given[index];
    if (!own || own.action !== step.action || own.input.size !== step.input.size) continue;
    const agrees = [...step.input].every(([parameter, value]) => {
      const said = own.input.get(parameter);
      if (said === undefined || made.key.has(value) !== made.given.has(said)) return false;
      return !made.key.has(value) || names.get(said) === value;
    });
    if (!agrees) continue;
    names.set(own.output, step.output);
    right++;
  }
  return right / Math.max(given.length, key.length);
}

/** The official reader wants each parameter, and the closing bracket, on a line of its own. */
function officialSteps(text: string): ProtocolStep[] {
  const steps = text.matchAll(/(\w+)\s*=\s*<([^>]+)>\(\s*([\s\S]*?)(?=\n\s*\)\s*$)/gm);
  return [...steps].map(([, output = "", action = "", list = ""]) => ({
    output,
    action: action.trim(),
    input: new Map(
      list.split("\n").flatMap((line) => {
        const [, key, value = ""] = /^\s*(\w+)\s*=\s*(.*?)\s*,?\s*$/.exec(line.trim()) ?? [];
        return key === undefined ? [] : [[key, value.replace(/^"(.*)"$/, "$1")] as const];
      }),
    ),
  }));
}

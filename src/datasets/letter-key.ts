/** The key and the lettered options of an answer that comes without its item. */
import type { Answered, Choice } from "../core/evaluator.ts";
import { lettered } from "./lettered.ts";

/** Many models answer one item: its options are lettered once. */
const known = new WeakMap<object, Choice[]>();

function choicesOf(options: unknown): Choice[] {
  if (typeof options !== "object" || options === null) return [];
  let choices = known.get(options);
  if (!choices) known.set(options, (choices = lettered(options)));
  return choices;
}

/** A data set's `key` where the row holds its options under `field` as a list or a group of letter → text. */
export function letterKey(field: string): (answered: Answered) => Answered {
  return (answered) => {
    if (answered.choices) return answered;
    const choices = choicesOf(answered.record[field]);
    const { response, truth, record } = answered;
    return choices.length > 0 ? { response, truth, record, choices } : answered;
  };
}

/** The key and the lettered options of an answer that comes without its item. */
import type { Answered } from "../core/evaluator.ts";
import { lettered } from "./lettered.ts";

/** A data set's `key` where the row holds its options under `field` as a list or a group of letter → text. */
export function letterKey(field: string): (answered: Answered) => Answered {
  return (answered) => {
    if (answered.choices) return answered;
    const choices = lettered(answered.record[field]);
    return choices.length > 0 ? { ...answered, choices } : answered;
  };
}

/** Options in an order that depends on the item alone, for sources that always write the right one first. */
import { permutation, seededRandom } from "../math/random.ts";
import type { Choice } from "../core/evaluator.ts";
import { lettered } from "./lettered.ts";

export interface Shuffled {
  readonly choices: Choice[];
  /** the letter under which the first of the given options now stands */
  readonly first: string;
}

/** @param id what the order is seeded with: the same item is shuffled the same way for ever */
export function shuffledOptions(options: readonly string[], id: string): Shuffled {
  const order = [...permutation(options.length, seededRandom("options", id))];
  const choices = lettered(order.map((i) => options[i] ?? ""));
  return { choices, first: choices[order.indexOf(0)]?.letter ?? "" };
}

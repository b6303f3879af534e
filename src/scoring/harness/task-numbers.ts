/** The number of each task in its set. Results are joined by it, so every model's file has to number alike. */
import { DataError, UsageError } from "../../core/errors.ts";
import { nearNames } from "../../core/near-names.ts";
import type { HarnessResults } from "./harness-task.ts";

/**
 * From 1, by task id: the row of the set where its rows are known, else the place in results that list the whole set.
 * @throws UsageError for results that list only what was evaluated, without the rows; DataError for a task that has no row
 */
export function taskNumbers(
  { tasks, isWhole }: HarnessResults,
  rows: Iterable<string> | undefined,
  where: string,
): ReadonlyMap<string, number> {
  if (rows === undefined && !isWhole) {
    throw new UsageError({
      problem: "lists only the tasks that were evaluated, so that their numbers in the set are not known",
      where,
      mend: "Give the data set's rows, the same for every model: --tasks verified.jsonl",
    });
  }
  const numbers = new Map(Array.from(rows ?? tasks.map(({ id }) => id), (id, i) => [id, i + 1]));
  const stranger = tasks.find(({ id }) => !numbers.has(id));
  if (stranger === undefined) return numbers;
  const near = nearNames(stranger.id, [...numbers.keys()]);
  const hint = near.length > 0 ? ` Near it: ${near.join(", ")}.` : "";
  throw new DataError({
    problem: `the task "${stranger.id}" is not among the rows given with --tasks`,
    where,
    mend: `Give all rows of the set that was evaluated.${hint}`,
  });
}

/** Several faults of one file as one error: who mends a file wants to know of all of them. */
import { UsageError } from "./errors.ts";
import { plural } from "./plural.ts";

/** Of more than so many the rest is only counted: they are often the echo of one. */
const mostShown = 20;

/** One error is itself; of more there is a line each, with its place and how to mend it, the same advice but once. */
export function joinedError(errors: readonly [UsageError, ...UsageError[]], where: string): UsageError {
  const [first, ...others] = errors;
  if (others.length === 0) return first;
  const left = errors.length - mostShown;
  const advised = new Set<string>();
  const lines = errors.slice(0, mostShown).map(({ where: place, problem, mend = "" }) => {
    const advice = advised.has(mend) ? "" : mend;
    advised.add(mend);
    return [place, advice === "" ? problem : `${problem}. ${advice}`].filter(Boolean).join(": ");
  });
  return new UsageError({
    problem: `${plural(errors.length, "thing")} to mend`,
    where,
    mend: [...lines, ...(left > 0 ? [`and ${left} more`] : [])].join("\n"),
    cause: first,
  });
}

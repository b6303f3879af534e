/** Near names: what a user may have meant by a name that does not exist. */
import { distance } from "fastest-levenshtein";
import { UsageError } from "./errors.ts";

/** Up to `limit` known names close to `name`, nearest first. Empty when nothing is close. */
export function nearNames(name: string, known: readonly string[], limit = 3): string[] {
  const wanted = name.toLowerCase();
  return known
    .map((candidate) => ({ candidate, gap: gap(wanted, candidate.toLowerCase()) }))
    .filter(({ gap: g }) => g <= Math.max(2, wanted.length / 3))
    .toSorted((a, b) => a.gap - b.gap)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** The error for an unknown name, listing the near ones, or all when there are few. */
export function unknownName(kind: string, name: string, known: readonly string[], where?: string): UsageError {
  const near = nearNames(name, known);
  const listed = known.length <= 12 ? known : known.slice(0, 12);
  const mend =
    near.length > 0
      ? `Did you mean ${near.map((n) => `"${n}"`).join(" or ")}?`
      : `Known: ${listed.join(", ")}${listed.length < known.length ? ", …" : ""}.`;
  return new UsageError({ problem: `unknown ${kind} "${name}"`, where, mend });
}

function gap(wanted: string, candidate: string): number {
  // A fragment of a long model id ("gpt-5" for "openai/gpt-5-chat") is nearer than its edit distance says.
  if (wanted.length >= 3 && candidate.includes(wanted)) return 1;
  return distance(wanted, candidate);
}

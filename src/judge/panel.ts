/** Several judges as one: each question names the seat it goes to. */
import type { Judge } from "../core/judge.ts";

/** A judge alone is itself. @throws RangeError for none */
export function panel(judges: readonly Judge[]): Judge {
  const [first] = judges;
  if (first === undefined) throw new RangeError("a panel without judges");
  if (judges.length === 1) return first;
  return {
    name: judges.map(({ name }) => name).join("+"),
    seats: judges.length,
    ask: (request, signal) => (judges[request.seat ?? 0] ?? first).ask(request, signal),
  };
}

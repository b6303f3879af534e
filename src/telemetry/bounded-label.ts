/** What stands in a label of metrics instead of a name that is not among the known ones. */
export const otherLabel = "other";

/**
 * Keeps a label's values to a known set: each new value is a series that Prometheus keeps, so text from outside would
 * fill it without end.
 */
export function boundedLabel(known: Iterable<string>): (name: string) => string {
  const names = new Set(known);
  return (name) => (names.has(name) ? name : otherLabel);
}

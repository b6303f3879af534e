/** Where two reports of one comparison say different things. Times and provenance of the run itself are not compared. */

/** What depends on the machine or on when it ran, never on the data. */
const ofTheRun = new Set([
  "createdBy",
  "fitSeconds",
  "decisionMicros",
  "codeHash",
  "keptRuns",
  "kept",
  "reproduce",
  "warnings",
  "name",
]);

export interface ReportDifference {
  /** e.g. "routers.knn.avgAcc.mean" */
  readonly where: string;
  readonly stored: unknown;
  readonly computed: unknown;
}

/** Relative: the same numbers come out on another machine, but for the last bits of a sum. */
const tolerance = 1e-9;

/** Every value of `stored` that `computed` does not hold at the same place, depth first. */
export function reportDifferences(stored: unknown, computed: unknown, where = ""): ReportDifference[] {
  if (isGroup(stored) && isGroup(computed)) {
    const keys = [...new Set([...Object.keys(stored), ...Object.keys(computed)])];
    return keys
      .filter((key) => !ofTheRun.has(key) || (key === "name" && where !== "data"))
      .flatMap((key) => reportDifferences(stored[key], computed[key], where === "" ? key : `${where}.${key}`));
  }
  if (Array.isArray(stored) && Array.isArray(computed)) {
    const length = Math.max(stored.length, computed.length);
    return Array.from({ length }, (_, i) =>
      reportDifferences(stored[i], computed[i], `${where}.${nameOf(stored[i]) ?? i}`),
    ).flat();
  }
  return same(stored, computed) ? [] : [{ where, stored, computed }];
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameOf(value: unknown): string | undefined {
  return isGroup(value) && typeof value["name"] === "string" ? value["name"] : undefined;
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  return Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}

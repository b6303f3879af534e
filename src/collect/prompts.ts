/** Prompts with their places, and what a scorer will want to know of each. */
import type { OutcomeTable } from "../core/outcome-table.ts";
import type { ResultDetails } from "../store/project.ts";

export interface PlacedPrompt {
  readonly dataset: string;
  readonly split: string;
  /** position in the data set, from 1 */
  readonly index: number;
  readonly text: string;
  /** the bare question, where it is told apart from the text */
  readonly query?: string | undefined;
  /** the expected answer, where it is known */
  readonly groundTruth?: string | undefined;
  /** further fields of the item (choices, tests, …), as its source has them; carried along for scorers */
  readonly record?: Readonly<Record<string, unknown>> | undefined;
  /** whose words, and which: "math500/1"; of the user's own files not known */
  readonly promptVersion?: string | undefined;
}

/** In the order of the table's rows. With `details` each has its question, expected answer and further fields. */
export function placedPrompts(
  { prompts, datasets, datasetOf, index, models }: OutcomeTable,
  details?: ResultDetails,
): PlacedPrompt[] {
  const known = (row: number): Pick<PlacedPrompt, "query" | "groundTruth" | "record"> => {
    if (details === undefined) return {};
    const record = models.map((_, column) => recordIn(details.extra(row, column))).find((fields) => fields);
    const [query, groundTruth] = [details.originQuery(row), details.groundTruth(row)];
    return { ...(query !== "" && { query }), ...(groundTruth !== "" && { groundTruth }), ...(record && { record }) };
  };
  return datasets.flatMap((key, d) =>
    prompts.flatMap((text, r) => (datasetOf[r] === d ? [{ ...key, index: index[r] ?? 0, text, ...known(r) }] : [])),
  );
}

/** The item's further fields where a result file has them: in `extra_fields.record`. */
function recordIn(extra: string): Readonly<Record<string, unknown>> | undefined {
  if (!extra.includes('"record"')) return undefined;
  const { extra_fields: fields } = JSON.parse(extra) as { extra_fields?: { record?: unknown } };
  const record = fields?.record;
  return typeof record === "object" && record !== null ? { ...record } : undefined;
}

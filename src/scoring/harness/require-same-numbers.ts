/** Other models' results of the same set, which a table will join with these by number. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DataError } from "../../core/errors.ts";
import { chosenResultFiles } from "../../store/chosen-result-files.ts";
import type { ResultFile } from "../../store/write-result-file.ts";
import { readResultJson } from "../result-json.ts";
import { fieldsOf } from "../stored-answer.ts";

/** @throws DataError where another model's file has another task at a number of ours */
export async function requireSameNumbers(
  output: string,
  { dataset, split, model, records }: Omit<ResultFile, "stamp">,
): Promise<void> {
  const folder = join(output, "results", "bench", dataset, split);
  if (!existsSync(folder)) return;
  const own = new Map(records.map(({ index, extra_fields: extra }) => [index, fieldsOf(extra)["task"]]));
  for (const { path, absolute } of await chosenResultFiles(folder)) {
    // oxlint-disable-next-line no-await-in-loop -- one file after the other bounds the memory
    const other = await readResultJson(path, absolute);
    if (!other || other.model === model) continue;
    for (const { index, extra_fields: extra } of other.records) {
      const [task, ours] = [fieldsOf(extra)["task"], own.get(Number(index))];
      if (typeof task !== "string" || ours === undefined || task === ours) continue;
      throw new DataError({
        problem: `number ${Number(index)} is the task "${task}" here, and ${JSON.stringify(ours)} in the results of ${model}`,
        where: join(folder, path),
        mend: "Move that file away, then import every model's results with the same rows: --tasks FILE",
      });
    }
  }
}

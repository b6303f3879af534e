/** A file of a harness as JSON. */
import { readFile } from "node:fs/promises";
import { DataError } from "../../core/errors.ts";
import { isNotThere, noSuchPath } from "../../store/no-such-path.ts";

/** @throws UsageError when it is not there; DataError when it is no JSON */
export async function readJsonFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as unknown;
  } catch (cause) {
    if (isNotThere(cause)) throw noSuchPath(path, "Give the file or folder that the harness wrote.");
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new DataError({ problem: "cannot be read as JSON", where: path, mend: "Run the harness again.", cause });
  }
}

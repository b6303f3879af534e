/** An input that is not there: one error for all of them, so that they end a command alike. */
import { readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import { nearNames } from "../core/near-names.ts";
import { systemCode } from "./atomic-write.ts";

/** Whether a system error says that the path, or a folder on the way to it, is not there. */
export function isNotThere(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(systemCode(error));
}

/** The error for a path that is not there, naming what stands beside it under a near name. */
export function noSuchPath(path: string, mendWithoutNear = "Check the path."): UsageError {
  const absolute = resolve(path);
  let siblings: string[] = [];
  try {
    siblings = nearNames(basename(absolute), readdirSync(dirname(absolute)));
  } catch (error) {
    if (!isNotThere(error) && systemCode(error) !== "EACCES") throw error;
  }
  const mend =
    siblings.length > 0
      ? `Did you mean ${siblings.map((name) => `"${join(dirname(path), name)}"`).join(" or ")}?`
      : mendWithoutNear;
  return new UsageError({ problem: "no such file or folder", where: path, mend });
}

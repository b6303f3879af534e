/** Where the measurements of collected answers are. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { isPartitioned } from "./partitions.ts";

/** The snapshot's folder inside a collected one; undefined when there is none. */
export function snapshotBeside(root: string): string | undefined {
  const path = join(root, "snapshot");
  const isThere = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return isThere && isPartitioned(path) ? path : undefined;
}

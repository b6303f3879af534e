/** A hash of the code that computes results: kept runs and reports name it, so that a change of ours is a change of theirs. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The rooms whose code can change a number; the command line and the views cannot. */
const rooms = ["math", "text", "core", "routers", "encoders", "metrics", "experiment"];

let known: string | undefined;

/** [64 hex digits] read once per process. Differs between sources and build, which is no harm: it only names. */
export function codeHash(): string {
  known ??= hashOf(dirname(dirname(fileURLToPath(import.meta.url))));
  return known;
}

function hashOf(root: string): string {
  const hash = createHash("sha256");
  for (const room of rooms) {
    const files = readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.[jt]s$/.test(file) && !/\.(d|test|data\.test)\.ts$/.test(file))
      .toSorted();
    for (const file of files) hash.update(`${room}/${file}\n`).update(readFileSync(join(root, room, file)));
  }
  return hash.digest("hex");
}

/** Where the built JavaScript of a source file is: threads and child processes run that, whoever starts them. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PrerequisiteError } from "../core/errors.ts";

/**
 * The JavaScript file behind `new URL("./some-worker.ts", import.meta.url)`. Sources find the built twin in `dist`, built
 * code its neighbour.
 * @throws PrerequisiteError when the built file is absent
 */
export function builtFile(url: URL): string {
  const path = fileURLToPath(url);
  if (!path.endsWith(".ts")) return path;
  const neighbour = path.replace(/\.ts$/, ".js");
  if (existsSync(neighbour)) return neighbour;
  const cut = neighbour.lastIndexOf("/src/");
  const built = cut < 0 ? neighbour : `${neighbour.slice(0, cut)}/dist/${neighbour.slice(cut + "/src/".length)}`;
  if (existsSync(built)) return built;
  throw new PrerequisiteError({ problem: "the built worker is absent", where: built, mend: "Run: npm run build" });
}

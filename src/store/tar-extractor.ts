/** Unpacks a tar, compressed or not, as its bytes come. What could lead out of the folder is left out. */
import type { Writable } from "node:stream";

/** A stream to pipe the archive into. `onSkipped` is told of links, devices, and paths that lead out. */
export async function tarExtractor(folder: string, onSkipped: (path: string) => void): Promise<Writable> {
  const { extract } = await import("tar");
  const extracting = extract({
    cwd: folder,
    // Links could lead out of the folder, and data need none.
    filter(path, entry) {
      const wanted =
        "type" in entry && (entry.type === "File" || entry.type === "OldFile" || entry.type === "Directory");
      const inside = !path.startsWith("/") && !path.split(/[/\\]/).includes("..");
      if (!wanted || !inside) onSkipped(path);
      return wanted && inside;
    },
    strict: true,
  });
  return extracting as unknown as Writable;
}

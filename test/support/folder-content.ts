/** What a folder holds: the SHA-256 of every file below it, by path, to compare two folders byte by byte. */
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

export async function folderContent(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const content: Record<string, string> = {};
  for (const path of paths.toSorted()) {
    content[path.slice(root.length + 1)] = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
  }
  return content;
}

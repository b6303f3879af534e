/** Where results go: stdout or a file, written whole or not at all. */
import { requireWritableFile, writeFileAtomic } from "../store/atomic-write.ts";
import { note, print } from "./terminal.ts";

/** Checks the files that results go to before any work; `true` and "-" are stdout. @throws WriteError */
export async function requireWritable(targets: readonly (string | true | undefined)[]): Promise<void> {
  const files = targets.filter((target) => typeof target === "string" && target !== "-");
  await Promise.all(files.map((file) => requireWritableFile(String(file))));
}

/** `true` = stdout. */
export async function writeOutput(target: string | true, text: string): Promise<void> {
  if (target === true || target === "-") print(text);
  else await writeFileAtomic(target, text);
}

/** Writes a file and says so on stderr. */
export async function writeNamed(path: string, text: string, what: string, quiet: boolean): Promise<void> {
  await writeFileAtomic(path, text);
  if (!quiet) note(`${what} written to ${path}`);
}

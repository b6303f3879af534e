/** A folder that is its owner's alone: prompts, answers and keys are the user's own matter, others on the machine need not read them. */
import { chmod, stat } from "node:fs/promises";
import { makeFolder } from "./make-folder.ts";

/** Makes it where it is not there; the rights of one that is there stay as they are. */
export async function makePrivateFolder(folder: string): Promise<void> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  await makeFolder(folder);
  if (!isThere) await chmod(folder, 0o700);
}

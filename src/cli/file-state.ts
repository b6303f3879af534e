/** How a file stands, as a text that differs after a change: when it was written, how long it is, which file it is. "" = nobody can look at it now. */
import { stat } from "node:fs/promises";
import { systemCode } from "../store/atomic-write.ts";

export async function fileState(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    if (systemCode(error) !== "") return "";
    throw error;
  }
}

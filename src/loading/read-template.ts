/** A user's own wording of a prompt, out of a file. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { UsageError } from "../core/errors.ts";
import type { PromptTemplate } from "../core/prompt-of.ts";
import { isNotThere, noSuchPath } from "../store/no-such-path.ts";

/** Its version is its text's hash. @throws UsageError when the file is not there, or says nothing of the question. */
export async function readTemplate(path: string): Promise<PromptTemplate> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (isNotThere(cause)) throw noSuchPath(path, "Give a text file that holds {{query}}.");
    throw new UsageError({ problem: "cannot be read", where: path, mend: "Give a text file.", cause });
  });
  return templateOf(text, path);
}

/** @param where the template stands, for the error */
export function templateOf(text: string, where: string): PromptTemplate {
  if (!/\{\{\s*(?:query|record\.[\w.-]+)\s*\}\}/.test(text)) {
    const mend = "Put {{query}} where the question goes; also {{choices}}, {{letters}}, {{id}}, {{record.FIELD}}.";
    throw new UsageError({ problem: "the template holds no question", where, mend });
  }
  return { text, version: `template/${createHash("sha256").update(text).digest("hex").slice(0, 12)}` };
}

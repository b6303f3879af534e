/** The prompt of a task in words whose function is held to assertions that are shown. */
import type { Item } from "../core/item.ts";

export function assertionPrompt({ query, record }: Item): string {
  const tests = record["test_list"] as readonly string[];
  return [
    "Write a Python function for this task. Give the whole function, imports included, in one fenced block of Python.",
    query,
    `It must pass these assertions:\n\n\`\`\`python\n${tests.join("\n")}\n\`\`\``,
  ].join("\n\n");
}

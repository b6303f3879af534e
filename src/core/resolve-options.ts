/** Options as a router takes them: checked, defaults filled in. */
import { UsageError } from "./errors.ts";
import { issueWords } from "./issue-words.ts";
import type { Router } from "./router.ts";

/** @throws UsageError naming the option and the rule it breaks. */
export function resolveOptions(router: Router, given: Readonly<Record<string, unknown>>): object {
  const parsed = router.options.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError({
    where: `options of ${router.name}${issue?.path.length ? `, ${issue.path.join(".")}` : ""}`,
    problem: issueWords(issue),
    mend: `Known options: ${Object.keys((router.options as { shape?: object }).shape ?? {}).join(", ") || "none"}.`,
  });
}

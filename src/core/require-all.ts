/** Makes every check though some fail, so that all that is wrong is told at once. */
import { UsageError } from "./errors.ts";
import { joinedError } from "./joined-error.ts";

/** @throws UsageError, one for all checks that threw one; any other error at once */
export function requireAll(where: string, checks: readonly (() => unknown)[]): void {
  const found = checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      if (error instanceof UsageError) return [error];
      throw error;
    }
  });
  const [first, ...others] = found;
  if (first) throw joinedError([first, ...others], where);
}

/**
 * Adds up the JSON reports of several test runs and prints one line. A test counts as skipped when no run ran it: some
 * need data, others the lack of a right, and have a run of their own. Exits with 1 when anything failed or nothing ran.
 */
import { readFileSync } from "node:fs";

const totals = { passed: 0, failed: 0 };
const ran = new Set();
const left = new Set();
const failures = [];
for (const path of process.argv.slice(2)) {
  for (const { name: file, status, message, assertionResults } of JSON.parse(readFileSync(path, "utf8")).testResults) {
    // A file that could not be loaded, or a hook that failed: no test of it says so.
    if (status === "failed" && !assertionResults.some((test) => test.status === "failed")) {
      totals.failed++;
      failures.push(`${file}: ${message}`);
    }
    for (const { fullName, status: outcome, failureMessages } of assertionResults) {
      const test = `${file}: ${fullName}`;
      if (outcome in totals) totals[outcome]++;
      if (outcome === "failed") failures.push(`${test}\n${failureMessages.join("\n")}`);
      (outcome in totals ? ran : left).add(test);
    }
  }
}
const skipped = [...left].filter((test) => !ran.has(test));
for (const test of skipped) console.log(`skipped: ${test}`);
for (const failure of failures) console.log(`failed: ${failure.slice(0, 2000)}`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${skipped.length} skipped`);
process.exit(totals.failed > 0 || totals.passed === 0 ? 1 : 0);

/** Real result files against what their README says. Needs $SIGNALBOX_DATA, the folder of the data sets. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readResults } from "./read-results.ts";

const dataFolder = process.env["SIGNALBOX_DATA"];

describe.runIf(dataFolder)("real data", () => {
  test.each(["llmdrift-cost-latency", "llmrouter-14-tasks", "mmlu-pro-open-pool", "routellm-mmlu-gsm8k"])(
    "%s has the counts and the model means of its README",
    async (name) => {
      const folder = join(dataFolder ?? "", name);
      const readme = await readFile(join(folder, "README.md"), "utf8");
      const counts = /prompts: (\d+) .*models: (\d+); data sets: (\d+); records: (\d+)/
        .exec(readme)
        ?.slice(1)
        .map(Number);
      const { table, report } = await readResults(folder, { snapshot: "off" });
      const scored = report.cells.reduce((sum, cell) => sum + cell.scored, 0);
      expect([table.prompts.length, table.models.length, table.datasets.length, scored]).toEqual(counts);
      expect(report.warnings).toEqual([]);
      const m = table.models.length;
      table.models.forEach(({ id }, model) => {
        const scores = table.prompts.map((_, row) => table.score.data[row * m + model] ?? NaN);
        const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
        expect(readme).toContain(`| ${id} | ${(100 * mean).toFixed(2)} |`);
      });
    },
  );

  test("measured latencies are read where the source has them", async () => {
    const { table } = await readResults(join(dataFolder ?? "", "llmdrift-cost-latency"), { snapshot: "off" });
    expect(table.latencySeconds?.data.every((seconds) => seconds >= 0)).toBe(true);
    const other = await readResults(join(dataFolder ?? "", "llmrouter-14-tasks"), { snapshot: "off" });
    expect(other.table.latencySeconds).toBeUndefined();
  });
});

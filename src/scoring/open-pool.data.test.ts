/** A recorded pool scored anew, where it is present: what the files say, and what we read out of the same answers. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rescore } from "./rescore.ts";

const dataFolder = process.env["SIGNALBOX_DATA"];
const folder = dataFolder && join(dataFolder, "mmlu-pro-open-pool");

// Only the predictions were kept, 60,668 of them: every class of difference would be named with its reason, and there is none.
test.skipIf(folder === undefined || !existsSync(folder))(
  "the stored predictions of the MMLU-Pro pool score as their files say",
  { timeout: 240_000 },
  async () => {
    const { runs, classes, unknown } = await rescore(folder ?? "", {
      rule: "own",
      dryRun: true,
      now: () => new Date(0),
    });
    expect([classes, unknown]).toEqual([[], []]);
    expect(runs.reduce((sum, { records }) => sum + records, 0)).toBe(60_668);
    expect(runs.reduce((sum, { byPrediction }) => sum + byPrediction, 0)).toBe(60_668);
  },
);

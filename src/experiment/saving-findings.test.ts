import { describe, expect, test } from "vitest";
import { sampleReport } from "../../test/support/sample-report.ts";
import type { RouterReport } from "../core/report.ts";
import { savingFindings } from "./saving-findings.ts";

const [sample] = sampleReport().routers;

/** A router that saved one share on validation and another on test; null = it was less accurate on test. */
function row(name: string, onValidation: number | null, onTest: number | null): RouterReport {
  const delta = onTest === null ? -0.012 : 0.004;
  return {
    ...sample!,
    name,
    costSaveOnValidation: onValidation,
    costSave: onTest,
    costSaveCi95: onTest === null ? null : [onTest - 0.05, onTest + 0.05],
    costSaveDelta:
      onValidation === null ? { mean: null, ci95: null } : { mean: delta, ci95: [delta - 0.01, delta + 0.01] },
  };
}

describe("the saving that a report claims", () => {
  test("is that of the router which saved most on validation, not the highest on test", () => {
    expect(savingFindings([row("lucky", 0.2, 0.6), row("steady", 0.4, 0.3), row("best-single", 0.9, 0.9)])).toEqual([
      "As accurate as the best single model for less: steady, which saved most of 2 routers on validation, saves 30.0 % " +
        "(95 % interval 25.0 to 35.0 %) at +0.4 points of AvgAcc (95 % interval −0.6 to +1.4) on test.",
    ]);
  });

  test("is none where that router is less accurate on test; the highest of the others is called so", () => {
    expect(savingFindings([row("lucky", 0.2, 0.6), row("other", 0.1, 0.1), row("failing", 0.4, null)])).toEqual([
      "failing, which saved most of 3 routers on validation, does not hold that on test: " +
        "there it stands at −1.2 points of AvgAcc (95 % interval −2.2 to −0.2).",
      "The highest saving of these 3 on test is lucky's, 60.0 % (95 % interval 55.0 to 65.0 %) at +0.4 points of AvgAcc " +
        "(95 % interval −0.6 to +1.4); being the highest of several picked on test, it is likely too high.",
    ]);
  });

  test("is none where its interval reaches 0", () => {
    expect(savingFindings([row("thin", 0.1, 0.03)])).toEqual([
      "thin, the only router to save on validation, does not hold that on test: " +
        "it saves 3.0 % (95 % interval −2.0 to 8.0 %) at +0.4 points of AvgAcc (95 % interval −0.6 to +1.4).",
      "Nor is any other router as accurate there at a cost that is surely lower.",
    ]);
  });

  test("is none where no router saves on validation", () => {
    const none =
      "On validation no router's sweep is as accurate as the best single model for less: no saving is claimed.";
    expect(savingFindings([row("dear", -0.1, 0.3), row("nowhere", null, null)])).toEqual([none]);
    expect(savingFindings([])).toEqual([none]);
  });
});

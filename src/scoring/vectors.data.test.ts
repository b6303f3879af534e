/** The project's vector files, where they are present: they need not be, so these tests say so. */
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findDataset } from "../datasets/registry.ts";
import { openSandbox } from "../sandbox/open-sandbox.ts";
import { sandboxOnUse } from "../sandbox/sandbox-on-use.ts";
import { checkVectorFile } from "./check-vectors.ts";
import type { VectorOutcome } from "./check-vectors.ts";

const dataFolder = process.env["SIGNALBOX_DATA"];
const folder = process.env["SIGNALBOX_VECTORS"] ?? (dataFolder && join(dataFolder, "..", "spec", "evaluator-vectors"));
const present = folder !== undefined && existsSync(folder);
const files = present ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
const known = files.filter((name) => findDataset(name.replace(/\.json$/, "")) !== undefined);

const misses = (outcomes: readonly VectorOutcome[]): string[] =>
  outcomes
    .filter(({ passed }) => !passed)
    .map(
      ({ vector, result }) => `${vector.id}: ${result.status} ${result.score} "${result.prediction}" (${vector.note})`,
    );

const sandbox = sandboxOnUse(() => openSandbox({ cacheFolder: process.env["SIGNALBOX_CACHE"] ?? tmpdir() }));
afterAll(() => sandbox.close());

describe.skipIf(known.length === 0)("vectors", () => {
  test.each(known)("%s: every answer gets the score it must", { timeout: 300_000 }, async (name) => {
    const { outcomes } = await checkVectorFile(join(folder ?? "", name), { sandbox });
    expect(misses(outcomes)).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(0);
  });
});

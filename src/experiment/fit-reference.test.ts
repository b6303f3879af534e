import { describe, expect, test } from "vitest";
import { servingFit, servingTable } from "../../test/support/serving-fits.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { ArtefactError } from "../core/errors.ts";
import { loadRouter, saveRouter } from "./artefact.ts";
import { dropModel } from "./pool-change.ts";

const { fitted, encoder } = await servingFit("knn", servingTable(100));

describe("what training looked like", () => {
  test("is what each model scored and cost, and how far held-out prompts lie from the others", () => {
    const { score, costUsd, familiar } = fitted.reference!;
    expect([score[0], score[2]]).toEqual([0.5, expect.closeTo(0.95, 1)]);
    expect([...costUsd]).toEqual([0.001, 0.004, 0.01].map((usd) => expect.closeTo(usd, 12)));
    expect(familiar?.distances).toHaveLength(25);
    expect(familiar?.distances).toEqual(familiar?.distances.toSorted());
    expect(familiar?.distances[0]).toBeGreaterThan(0);
  });

  test("comes back from disk as it was saved, and a router saved without it loads without it", async () => {
    const folder = await temporaryFolder();
    await saveRouter(folder, { fitted, encoderSpec: "ngram", encoder });
    expect((await loadRouter(folder)).fitted.reference).toEqual(fitted.reference);
    const { reference: _, ...without } = fitted;
    await saveRouter(folder, { fitted: without, encoderSpec: "ngram", encoder });
    expect((await loadRouter(folder)).fitted.reference).toBeUndefined();
  });

  test("that does not fit the pool is refused", async () => {
    const folder = await temporaryFolder();
    const reference = { ...fitted.reference!, score: Float64Array.of(1) };
    await saveRouter(folder, { fitted: { ...fitted, reference }, encoderSpec: "ngram", encoder });
    await expect(loadRouter(folder)).rejects.toThrow(ArtefactError);
  });

  test("follows the pool when a model leaves", () => {
    const { reference } = dropModel(fitted, "middle");
    expect([...(reference?.costUsd ?? [])]).toEqual([0.001, 0.01].map((usd) => expect.closeTo(usd, 12)));
  });

  test("says nothing of distances where there are too few prompts, or none are read", async () => {
    expect((await servingFit("knn", servingTable(40))).fitted.reference?.familiar).toBeNull();
    expect((await servingFit("cheapest", servingTable(100))).fitted.reference?.familiar).toBeNull();
  });
});

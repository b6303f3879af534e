import { describe, expect, test } from "vitest";
import { servingFit, servingTable, textOf } from "../../test/support/serving-fits.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { saveRouter } from "../experiment/artefact.ts";
import { createRouter } from "./create-router.ts";

const table = servingTable();
const near = await servingFit("knn", table);
const price = {
  inputPerMillionUsd: 3,
  cachedInputPerMillionUsd: 0.3,
  outputPerMillionUsd: 15,
  source: "test",
  asOf: "2026-01-01",
};
const prices = Object.fromEntries(table.models.map(({ id }) => [id, price]));

describe("a router in the program", () => {
  test("routes a text by a saved folder as by the router in memory", async () => {
    const folder = await temporaryFolder();
    await saveRouter(`${folder}/saved`, near);
    const [loaded, given] = [await createRouter({ router: `${folder}/saved` }), await createRouter({ router: near })];
    for (const text of [textOf("maths", 1), textOf("letters", 1)]) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await loaded.route(text)).model).toBe((await given.route(text)).model);
    }
    await loaded.close();
  });

  test("takes a policy as text, lists, a ceiling and needs", async () => {
    const router = await createRouter({ router: near, config: { capabilities: { strong: { contextTokens: 100 } } } });
    const text = textOf("maths", 2);
    expect((await router.route(text)).model).toBe("strong");
    expect((await router.route(text, { policy: "costWeight Infinity" })).model).toBe("cheap");
    expect((await router.route(text, { maxCostUsd: 0.005 })).gated).toHaveLength(1);
    expect((await router.route(text, { maxOutputTokens: 100 })).gated).toMatchObject([{ gate: "context" }]);
    await expect(router.route(text, { allow: ["stong"] })).rejects.toThrow('Did you mean "strong"?');
    await expect(router.route(text, { policy: "budget 1" })).rejects.toThrow("not while serving");
  });

  test("keeps the model of a long session for an easy turn, and of a short one not", async () => {
    const router = await createRouter({ router: near, prices });
    const easy = { role: "user" as const, text: textOf("letters", 3) };
    const policy = "costWeight 10";
    for (const [session, length, model] of [
      ["long", 400_000, "strong"],
      ["short", 4, "cheap"],
    ] as const) {
      const history = [
        { role: "user" as const, text: textOf("maths", 2) },
        { role: "assistant" as const, text: "x".repeat(length) },
      ];
      // oxlint-disable-next-line no-await-in-loop
      expect((await router.route(history, { session, policy })).model).toBe("strong");
      // oxlint-disable-next-line no-await-in-loop
      expect((await router.route([easy], { session, policy })).model).toBe(model);
    }
    expect((await router.route([easy], { policy })).model).toBe("cheap");
  });

  test("serves several routers, a split and a shadow by the config's names", async () => {
    const config = { defaultRouter: "thrifty", shadow: "near" };
    const router = await createRouter({ router: { near, thrifty: await servingFit("cheapest", table) }, config });
    const decision = await router.route(textOf("maths", 2));
    expect(decision).toMatchObject({ router: "thrifty", model: "cheap" });
    expect(await decision.shadow).toMatchObject({ router: "near", model: "strong" });
    expect((await router.route(textOf("maths", 2), { router: "near" })).model).toBe("strong");
  });

  test.each([
    [{ fallbackPolicy: "stong" }, 'Did you mean "strong"?'],
    [{ shadow: "nobody" }, "unknown router"],
    [{ split: { arms: {} } }, "has no arms"],
    [{ fallbackPolicy: "best-single", conversatio: "last-turn" }, "conversatio"],
  ])("refuses the config %j", async (config, said) => {
    await expect(createRouter({ router: near, config })).rejects.toThrow(said);
  });
});

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { servingFit, servingTable, textOf } from "../../test/support/serving-fits.ts";
import { matrix32, row } from "../math/matrix.ts";
import { decideRow, estimateView } from "../experiment/choose.ts";
import { queryView } from "../experiment/query-view.ts";
import type { Controls, DecideRequest, Decider, ServedDecision } from "./decider.ts";
import type { DeciderOptions } from "./decider-options.ts";
import { NoCandidateError } from "./no-candidate-error.ts";
import { openDecider } from "./open-decider.ts";

const { signal } = new AbortController();
const table = servingTable();
const avengers = await servingFit("avengers", table);
const knn = await servingFit("knn", table);

const free: Controls = {
  router: undefined,
  policy: undefined,
  allowed: undefined,
  excluded: [],
  ceilingUsd: undefined,
  floor: undefined,
  session: undefined,
  explain: false,
};
const noNeeds = { promptTokens: 0, contextTokens: 0, tools: false, vision: false, json: false };

function ask(text: string, controls: Partial<Controls> = {}, more: Partial<DecideRequest> = {}): DecideRequest {
  const dialogue = [{ role: "user" as const, text }];
  return { dialogue, needs: noNeeds, key: undefined, ...more, controls: { ...free, ...controls } };
}

function now(decider: Decider, request: DecideRequest): ServedDecision {
  const decision = decider.decide(request, signal);
  if (decision instanceof Promise) throw new Error("the offline encoder answers at once");
  return decision;
}

const opened = (options: Partial<DeciderOptions> = {}): Promise<Decider> =>
  openDecider({ routers: { best: avengers, near: knn }, ...options });

describe("what is served is what was measured", () => {
  test.each([
    "avengers",
    "avengers-pro",
    "knn",
    "linear",
    "cheapest",
    "best-single",
    "text-linear",
    "frugalgpt",
    "agreement",
  ])("%s decides every prompt of a table as the benchmark's replay does", async (label) => {
    const saved = await servingFit(label, table);
    const vectors = matrix32(table.prompts.length, saved.fitted.embedding?.dimensions ?? 0);
    if (saved.encoder) table.prompts.forEach((text, i) => row(vectors, i).set(saved.encoder!.encodeOne(text)));
    const view = queryView(table, Int32Array.from(table.prompts.keys()), vectors, []);
    const estimates = estimateView(saved.fitted, view);
    const decider = await openDecider({ routers: { it: saved } });
    table.prompts.forEach((text, i) => {
      const replayed = decideRow(saved.fitted, view, i, saved.fitted.policy, estimates);
      const served = now(decider, ask(text));
      expect(served.model).toBe(table.models[replayed.order[0]!]!.id);
      expect(served.costUsd).toBe(replayed.estimate.costUsd[replayed.order[0]!]);
    });
  });

  test("a policy in the request decides as replay does under that policy", async () => {
    const decider = await opened();
    const policy = { kind: "costWeight", lambda: Infinity } as const;
    expect(now(decider, ask(textOf("maths", 4))).model).toBe("strong");
    expect(now(decider, ask(textOf("maths", 4), { policy })).model).toBe("cheap");
  });
});

describe("gates", () => {
  const models = { strong: { capabilities: { contextTokens: 8000, tools: true, vision: false, json: true } } };

  test.each([
    [{ contextTokens: 9000 }, "context"],
    [{ vision: true }, "vision"],
  ] as const)("a model that cannot do %j is not asked, and that is said", async (needs, gate) => {
    const decider = await opened({ models });
    const decision = now(decider, ask(textOf("maths", 4), {}, { needs: { ...noNeeds, ...needs } }));
    expect(decision.model).not.toBe("strong");
    expect(decision.gated).toEqual([expect.objectContaining({ model: "strong", gate })]);
  });

  test("what nobody stated is let through and said", async () => {
    const decider = await opened({ models });
    const { unstated } = now(decider, ask("sum", {}, { needs: { ...noNeeds, tools: true } }));
    expect(unstated).toEqual(["cheap: tools not stated", "middle: tools not stated"]);
  });

  test("when no model is left the error says which gate removed which", async () => {
    const decider = await opened({ models });
    const request = ask("sum", { allowed: ["strong"] }, { needs: { ...noNeeds, contextTokens: 9000 } });
    expect(() => now(decider, request)).toThrow(NoCandidateError);
    expect(() => now(decider, request)).toThrow(
      'no model of router "best" may be asked (cheap: not among the allowed models; middle: not among the allowed models; strong: takes 8,000 tokens, some 9,000 are needed)',
    );
    expect(decider.counts.noCandidate).toBe(2);
  });

  test("no model that may not be asked is ever chosen or offered as an alternative", async () => {
    const decider = await opened();
    const ids = table.models.map(({ id }) => id);
    fc.assert(
      fc.property(fc.subarray(ids, { minLength: 1 }), fc.subarray(ids), fc.nat(99), (allowed, excluded, n) => {
        const open = allowed.filter((id) => !excluded.includes(id));
        fc.pre(open.length > 0);
        const { model, alternatives } = now(decider, ask(textOf("maths", n), { allowed, excluded }));
        expect([model, ...alternatives.map((other) => other.model)].toSorted()).toEqual(open.toSorted());
      }),
      { numRuns: 50 },
    );
  });

  test("a name in a list may be a model of another router; a pattern may fit none", async () => {
    const decider = await opened();
    expect(now(decider, ask(textOf("maths", 2), { excluded: ["of-another"] })).model).toBe("strong");
    expect(now(decider, ask(textOf("maths", 2), { excluded: ["other/*"] })).model).toBe("strong");
    expect(now(decider, ask(textOf("maths", 2), { excluded: ["*ong"] })).model).not.toBe("strong");
  });
});

describe("bounds", () => {
  test("a cost ceiling keeps dearer models out", async () => {
    const decider = await opened();
    const { model, gated } = now(decider, ask(textOf("maths", 2), { ceilingUsd: 0.005 }));
    expect(model).not.toBe("strong");
    expect(gated).toEqual([{ model: "strong", gate: "ceiling", detail: "expected to cost 0.01 USD" }]);
  });

  test("reading a long prompt counts towards the ceiling at the model's own price", async () => {
    const price = { inputPerMillionUsd: 10, outputPerMillionUsd: 10, source: "test", asOf: "2026-01-01" };
    const decider = await opened({ models: { cheap: { price } } });
    const needs = { ...noNeeds, promptTokens: 1000 };
    const { gated } = now(decider, ask(textOf("letters", 1), { ceilingUsd: 0.005 }, { needs }));
    expect(gated.map(({ model }) => model)).toEqual(["cheap", "strong"]);
  });

  test("a quality floor keeps weaker models out under a policy that looks at cost alone", async () => {
    const decider = await opened();
    const policy = { kind: "costWeight", lambda: Infinity } as const;
    expect(now(decider, ask(textOf("maths", 2), { policy, floor: 0.9 })).model).toBe("strong");
  });

  test("a floor that none is expected to reach leaves the choice, and is said", async () => {
    const decider = await opened();
    const { model, fallback, reason } = now(decider, ask(textOf("maths", 2), { floor: 1.5 }));
    expect({ model, fallback }).toEqual({ model: "strong", fallback: "no-candidate" });
    expect(reason).toBe("no model is expected to reach the quality floor");
  });

  test("a floor asked of a router that only rates models is an error", async () => {
    const random = await servingFit("random", table);
    const decider = await openDecider({ routers: { dice: random } });
    expect(() => now(decider, ask("sum", { floor: 0.5 }))).toThrow("expects no score");
  });
});

describe("sessions", () => {
  const price = {
    inputPerMillionUsd: 3,
    cachedInputPerMillionUsd: 0.3,
    outputPerMillionUsd: 15,
    source: "test",
    asOf: "2026-01-01",
  };
  const models = Object.fromEntries(table.models.map(({ id }) => [id, { price }]));
  const policy = { kind: "costWeight", lambda: 10 } as const;

  test.each([
    [0, "cheap"],
    [1_000_000, "strong"],
  ])("with %d cached tokens an easy turn goes to %s", async (cachedTokens, model) => {
    const decider = await opened({ models });
    const memory = { model: "strong", cachedTokens };
    const decision = now(decider, ask(textOf("letters", 3), { router: "near", session: "s", policy }, { memory }));
    expect(decision.model).toBe(model);
    expect(decider.counts.stayed).toBe(Number(model === "strong"));
  });

  test("a session does not keep a model that may no longer be asked", async () => {
    const decider = await opened({ models });
    const memory = { model: "strong", cachedTokens: 1_000_000 };
    const request = ask(
      textOf("letters", 3),
      { router: "near", session: "s", policy, excluded: ["strong"] },
      { memory },
    );
    expect(now(decider, request).model).toBe("cheap");
  });
});

describe("several routers", () => {
  test("auto is the first or the one named, and each is asked for by name", async () => {
    expect((await opened()).routers).toEqual(["auto", "router-best", "router-near"]);
    expect(now(await opened(), ask("sum")).label).toBe("avengers");
    expect(now(await opened({ defaultRouter: "near" }), ask("sum")).label).toBe("knn");
    expect(now(await opened(), ask("sum", { router: "near" })).router).toBe("near");
  });

  test("a session meets the same arm of a split on every replica", async () => {
    const split = { arms: { best: 1, near: 1 } };
    const [one, two] = [await opened({ split }), await opened({ split })];
    const sessions = Array.from({ length: 200 }, (_, i) => `session-${i}`);
    const arms = sessions.map((session) => now(one, ask("sum", { session })).arm?.name);
    expect(sessions.map((session) => now(two, ask("sum", { session })).arm?.name)).toEqual(arms);
    expect(arms.filter((arm) => arm === "best").length).toBeGreaterThan(60);
    expect(arms.filter((arm) => arm === "near").length).toBeGreaterThan(60);
  });

  test("a router asked for by name is no part of a split", async () => {
    const decider = await opened({ split: { arms: { near: 1 } } });
    expect(now(decider, ask("sum", { router: "best" })).arm).toBeUndefined();
    expect(now(decider, ask("sum")).arm).toEqual({ name: "near", propensity: 1 });
  });

  test("the shadow decides after the answer is under way, and changes nothing", async () => {
    const thrifty = await servingFit("cheapest", table);
    const decider = await openDecider({ routers: { best: avengers, dark: thrifty }, shadow: "dark" });
    const decision = now(decider, ask(textOf("maths", 2)));
    expect(decision.model).toBe("strong");
    expect(decider.counts.shadowDecisions).toBe(0);
    expect(await decision.shadow).toEqual({ router: "dark", model: "cheap", problem: undefined });
    await decider.close();
    expect(decider.counts).toMatchObject({ decisions: 1, shadowDecisions: 1, shadowProblems: 0 });
  });

  test("a shadow that cannot decide says so and harms nobody", async () => {
    const random = await servingFit("random", table);
    const decider = await openDecider({ routers: { best: avengers, dark: random }, shadow: "dark" });
    const { model, shadow } = now(decider, ask(textOf("maths", 2), { floor: 0.5 }));
    expect(model).toBe("strong");
    expect(await shadow).toMatchObject({ model: undefined, problem: expect.stringContaining("expects no score") });
  });

  test("names that mean nothing are refused on opening", async () => {
    await expect(opened({ shadow: "bets" })).rejects.toThrow('Did you mean "best"?');
    await expect(openDecider({ routers: {} })).rejects.toThrow("no router is given");
  });
});

describe("drift", () => {
  const foreign = (i: number): string => `ordnungswidrigkeit bußgeldbescheid verjährung paragraph ${i * 7919}`;
  const watched = (drift: DeciderOptions["drift"]): Promise<Decider> => openDecider({ routers: { near: knn }, drift });

  test("is told in every decision after a window of queries unlike the training prompts", async () => {
    const decider = await watched({ window: 40 });
    const drifting = Array.from({ length: 41 }, (_, i) => now(decider, ask(foreign(i))).isDrifting);
    expect(drifting.slice(0, 39)).not.toContain(true);
    expect(drifting.at(-1)).toBe(true);
    expect(decider.counts.driftAlarms).toBe(1);
  });

  test("is not told of queries like the training prompts", async () => {
    const decider = await watched({ window: 40 });
    const kinds = ["maths", "letters"] as const;
    for (let i = 0; i < 200; i++) now(decider, ask(textOf(kinds[i % 2]!, 5000 + i)));
    expect(decider.counts.driftAlarms).toBe(0);
  });

  test("gives novel queries to the fallback while the alarm is raised, and familiar ones to the router", async () => {
    const decider = await watched({ window: 40, fallback: { model: "middle" } });
    for (let i = 0; i < 40; i++) now(decider, ask(foreign(i)));
    expect(now(decider, ask(foreign(99)))).toMatchObject({ model: "middle", fallback: "drift", isDrifting: true });
    const known = Array.from({ length: 30 }, (_, i) => now(decider, ask(table.prompts[i]!)).fallback);
    expect(known.filter((why) => why === undefined).length).toBeGreaterThan(20);
  });

  test("cannot be seen by a router that was saved with nothing to hold queries against", async () => {
    const { reference: _, ...fitted } = knn.fitted;
    const decider = await openDecider({ routers: { old: { ...knn, fitted } }, drift: {} });
    expect(decider.warnings).toEqual([expect.stringContaining("no drift is seen")]);
    expect(now(decider, ask("sum")).isDrifting).toBe(false);
  });
});

describe("the hash of the rule", () => {
  test("is the same for the same router and policy, another for another policy", async () => {
    const [one, two] = [await opened(), await opened()];
    const hash = (decider: Decider, controls: Partial<Controls>): string =>
      now(decider, ask("sum", controls)).policyHash;
    expect(hash(one, {})).toBe(hash(two, {}));
    expect(hash(one, {})).not.toBe(hash(one, { router: "near" }));
    const lambdas = [1, 1.0001].map((lambda) => hash(one, { policy: { kind: "costWeight", lambda } }));
    expect(new Set(lambdas).size).toBe(2);
  });
});

/** Every router of the registry says what its state looks like, and a saved state that looks otherwise is refused. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ArtefactError } from "../../src/core/errors.ts";
import type { FittedRouter } from "../../src/core/fitted-router.ts";
import { stateShapeOf } from "../../src/core/state-shape.ts";
import { artefactFiles } from "../../src/experiment/artefact-content.ts";
import { loadRouter, saveRouter } from "../../src/experiment/artefact.ts";
import { routerByName, routers } from "../../src/routers/registry.ts";
import { oneExpert } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { fit as quickFit } from "./router.ts";

const sample = oneExpert({ queries: 40, seed: 4 });
const models = sample.table.models.length;
const labels = routers.flatMap(({ name, presets }) => [name, ...Object.keys(presets).map((p) => `${name}/${p}`)]);

describe.each(labels)("%s", (label) => {
  const fitted = quickFit(routerByName(label), sample);

  test("declares the shape of its state", () => {
    const mend = `give ${fitted.router.name} a stateShape: docs/how-to/add-a-router.md`;
    expect(stateShapeOf(fitted.router, fitted.state), mend).toBeDefined();
  });

  // Without a shape there is nothing to check by; the test above says so once.
  if (!fitted.router.stateShape) return;

  test("what it saved is loaded", async () => {
    expect((await loadRouter(await saved(fitted, fitted.state))).fitted.state).toEqual(fitted.state);
  });

  test.each(damages(fitted.state, "state"))("is refused with $what of $key", async ({ state, key }) => {
    const folder = await saved(fitted, state);
    const error = await loadRouter(folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ArtefactError);
    expect((error as ArtefactError).where).toBe(join(folder, artefactFiles.description));
    expect((error as ArtefactError).problem).toContain(`"${key}"`);
  });

  test("is refused when it was fitted for another pool", async () => {
    const folder = await saved({ ...fitted, models: fitted.models.slice(1), ties: new Int32Array([0, 2, 1]) });
    const holdsModels = Object.keys(fitted.state as object).length > 0;
    if (holdsModels) await expect(loadRouter(folder)).rejects.toThrow("m = 3 models");
    else expect((await loadRouter(folder)).fitted.state).toEqual({});
  });
});

test("a calibration is saved, and refused when it is another pool's", async () => {
  const knn = quickFit(routerByName("knn"), sample);
  const calibration = { slope: new Float64Array(models).fill(2), intercept: new Float64Array(models) };
  const loaded = await loadRouter(await saved({ ...knn, calibration }));
  expect(loaded.fitted.calibration).toEqual(calibration);
  const short = { ...calibration, slope: new Float64Array(1) };
  await expect(loadRouter(await saved({ ...knn, calibration: short }))).rejects.toThrow('"calibration/slope" is [1]');
});

test("the state of another router is refused", async () => {
  const knn = quickFit(routerByName("knn"), sample);
  const linear = quickFit(routerByName("linear"), sample);
  await expect(loadRouter(await saved({ ...knn, state: linear.state }))).rejects.toThrow('"state/weights" is not part');
});

async function saved(fitted: FittedRouter, state: unknown = fitted.state): Promise<string> {
  const folder = join(await temporaryFolder(), "router");
  await saveRouter(folder, { fitted: { ...fitted, state }, encoderSpec: null, encoder: null });
  return folder;
}

interface Damage {
  readonly what: string;
  readonly key: string;
  readonly state: unknown;
}

/** A state with one thing wrong, for every key in it: absent, or numbers of another length or type. */
function damages(state: unknown, at: string): Damage[] {
  if (!isObject(state)) return [];
  return Object.entries(state).flatMap(([key, part]) => {
    const name = `${at}/${key}`;
    const { [key]: _, ...others } = state;
    const found: Damage[] = [{ what: "the loss", key: name, state: others }];
    const tensor = isObject(part) ? part["data"] : part;
    if (isNumbers(tensor)) {
      const put = (data: unknown): unknown => ({ ...state, [key]: isObject(part) ? { ...part, data } : data });
      found.push({ what: "another number type", key: name, state: put(inOtherType(tensor)) });
      // A list of its own length may have any.
      if (!isObject(part) && tensor.length !== models) return found;
      return [...found, { what: "a length too short", key: name, state: put(tensor.slice(1)) }];
    }
    const inner = damages(part, name);
    return [...found, ...inner.map((damage) => ({ ...damage, state: { ...state, [key]: damage.state } }))];
  });
}

function isNumbers(value: unknown): value is Float64Array {
  return ArrayBuffer.isView(value);
}

function inOtherType(numbers: Float64Array): Float32Array | Float64Array {
  return numbers instanceof Float64Array ? Float32Array.from(numbers) : Float64Array.from(numbers);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

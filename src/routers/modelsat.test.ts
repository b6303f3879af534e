/** MODEL-SAT's slopes against PyTorch and central differences, and what it is for: a model it was not trained on. */
import { describe, expect, test } from "vitest";
import { row, selectColumns, selectRows } from "../math/matrix.ts";
import { fitContext } from "../experiment/fit-context.ts";
import { trainTable } from "../experiment/train-table.ts";
import { testSlopes } from "../../test/support/slope-exam.ts";
import { crossDots, exactBatch, matrixOf, meanLoss, torchFixture } from "../../test/support/torch-fixture.ts";
import type { TorchFixture } from "../../test/support/torch-fixture.ts";
import { oneExpert } from "../../test/support/tables.ts";
import { capabilitiesOf, promptGroups, scaleOf, standardised } from "./capabilities.ts";
import { capabilityProbe, capabilitySlopes, modelSat } from "./modelsat.ts";
import type { CapabilityWeights } from "./modelsat.ts";
import { probeValues } from "./probe.ts";

describe("on PyTorch's tiny batch, holes included", () => {
  const fixture = torchFixture("modelsat") as TorchFixture & { capabilities: number[]; l2: number };
  const { m, d, k } = fixture.shape;
  const groups = fixture.capabilities.length / m;
  const capabilities = matrixOf(m, fixture.capabilities);
  const data = exactBatch(fixture);

  testSlopes({
    fixture,
    weightsOf,
    arraysOf: ({ project, mix, ...rest }) => ({ project: project.data, mix: mix.data, ...rest }),
    slopesAt: (weights) => capabilitySlopes(weights, data, 0, capabilities, fixture.l2),
    loss,
  });

  function loss({ project, mix, direct, common, offset }: TorchFixture["parameters"]): number {
    const read = crossDots(fixture.x, project!, d);
    const mixed = crossDots(fixture.capabilities, mix!, groups);
    const own = crossDots(fixture.capabilities, direct!, groups);
    const shared = crossDots(fixture.x, common!, d);
    const logits = crossDots(read.flat(), mixed.flat(), k).map((line, i) =>
      line.map((value, j) => value + own[j]![0]! + shared[i]![0]! + offset![0]!),
    );
    const across = Array.from({ length: d }, (_, c) => project!.filter((_, p) => p % d === c)).flat();
    const compiled = crossDots(mixed.flat(), across, k).flatMap((line) => line.map((value, c) => value + common![c]!));
    return meanLoss(logits, fixture.y) + 0.5 * fixture.l2 * compiled.reduce((sum, value) => sum + value ** 2, 0);
  }

  function weightsOf({ project, mix, direct, common, offset }: TorchFixture["parameters"]): CapabilityWeights {
    return {
      project: matrixOf(k, project!),
      mix: matrixOf(k, mix!),
      direct: Float32Array.from(direct!),
      common: Float32Array.from(common!),
      offset: Float32Array.from(offset!),
    };
  }
});

describe("capabilities", () => {
  const { table, vectors } = oneExpert({ queries: 60, seed: 5 });
  const train = trainTable(table, Int32Array.from(table.prompts.keys()), vectors);

  test("by data set are the shrunken means there, and hidden rows are not looked at", () => {
    const groups = promptGroups(train, { groups: "datasets", clusters: 1 }, fitContext(1));
    const hidden = Uint8Array.from(train.datasetOf, (dataset, i) => (dataset === 1 && i % 2 === 0 ? 1 : 0));
    const found = capabilitiesOf(train, groups, 10, hidden);
    const scores = (keep: (i: number) => boolean): number[] =>
      table.prompts.flatMap((_, i) => (keep(i) && hidden[i] === 0 ? [row(table.score, i)[2]!] : []));
    const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
    const all = scores(() => true);
    const there = scores((i) => train.datasetOf[i] === 1);
    const expected = (total(there) + (10 * total(all)) / all.length) / (there.length + 10);
    expect(row(found, 2)[1]).toBeCloseTo(expected, 12);
  });

  test("are standardised over the models that have them", () => {
    const capabilities = { rows: 3, cols: 2, data: Float64Array.of(0.2, 0.5, NaN, NaN, 0.6, 0.5) };
    const scale = scaleOf(capabilities);
    expect(scale.middle).toEqual(Float64Array.of(0.4, 0.5));
    expect([...standardised(capabilities, scale).data]).toEqual([-1, 0, 0, 0, 1, 0].map((v) => expect.closeTo(v, 6)));
  });
});

describe("a model it was not trained on", () => {
  // Eight models, two experts for each of four islands; the last is left out of training.
  const experts = oneExpert({ queries: 400, seed: 6 });
  const rows = Int32Array.from(experts.table.prompts.keys());
  const everyone = trainTable(experts.table, rows, experts.vectors);
  const twice = [0, 1, 2, 3, 0, 1, 2, 3];
  const full = withColumns(twice);
  const { state, groups } = fitOn(withColumns(twice.slice(0, 7)));

  test("is routed to where it is an expert, from its capabilities alone", () => {
    const capabilities = capabilitiesOf(full, groups, 10);
    const probe = capabilityProbe(state, selectRows(capabilities, [7]));
    const before = probeValues(state, experts.vectors);
    const added = probeValues(probe, experts.vectors).data;
    rows.forEach((i) => {
      const best = Math.max(...[0, 1, 2].map((j) => row(before, i)[j]!));
      expect(added[i]! > best).toBe(i % 4 === 3);
    });
  });

  test("and one that was gets the very probe that training gave it", () => {
    const { weights, bias } = capabilityProbe(state, state.capabilities);
    expect(weights).toEqual(state.weights);
    expect(bias).toEqual(state.bias);
  });

  function withColumns(columns: readonly number[]): typeof everyone {
    return {
      ...everyone,
      models: columns.map((j, position) => ({ id: `model-${position}-${j}` })),
      score: selectColumns(everyone.score, columns),
      costUsd: selectColumns(everyone.costUsd, columns),
    };
  }

  function fitOn(train: typeof everyone): {
    state: ReturnType<typeof modelSat.fit>;
    groups: ReturnType<typeof promptGroups>;
  } {
    const context = fitContext(3);
    const options = modelSat.options.parse({ clusters: 4 });
    return { state: modelSat.fit(train, options, context), groups: promptGroups(train, options, context) };
  }
});

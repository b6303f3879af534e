/** A fitted router with one model more or one model less, without a refit. */
import { FitError, UsageError } from "../core/errors.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { unknownName } from "../core/near-names.ts";
import type { JoiningModel } from "../core/router.ts";
import { withoutModel } from "../core/state-columns.ts";
import { stateShapeOf } from "../core/state-shape.ts";
import { fitContext } from "./fit-context.ts";

/**
 * The router with one more model, last in the pool and last in ties.
 * @throws UsageError when the model is there already or the method cannot take one in; FitError on too few outcomes.
 */
export function addModel(fitted: FittedRouter, joining: Omit<JoiningModel, "trainRows">): FittedRouter {
  const { router, models, options, state, seed, ties, provenance } = fitted;
  const { id } = joining.model;
  if (models.some((model) => model.id === id)) {
    throw new UsageError({
      problem: `"${id}" is in the pool already`,
      mend: "Drop it first, or fit the router again.",
    });
  }
  if (!router.addModel) {
    throw new UsageError({
      problem: `${fitted.label} cannot take a model in without a refit`,
      mend: "Fit it again on data that hold the model, or use auto, knn, linear, avengers or blend.",
    });
  }
  const whole: JoiningModel = { ...joining, trainRows: Number(provenance["trainRows"] ?? joining.score.length) };
  return {
    ...fitted,
    state: router.addModel(state, whole, options, fitContext(seed)),
    models: [...models, joining.model],
    ties: Int32Array.from([...ties, models.length]),
    ...(fitted.calibration && { calibration: wider(fitted.calibration) }),
    provenance: { ...provenance, [`added ${id}`]: scored(joining.score) },
  };
}

/**
 * The router without a model.
 * @throws UsageError for a model that is not in the pool or a method that cannot let one go; FitError for the last one.
 */
export function dropModel(fitted: FittedRouter, id: string): FittedRouter {
  const { router, models, state, ties, calibration, provenance } = fitted;
  const column = models.findIndex((model) => model.id === id);
  if (column < 0) {
    throw unknownName(
      "model",
      id,
      models.map((model) => model.id),
    );
  }
  if (models.length === 1) throw new FitError({ problem: `"${id}" is the only model there is` });
  const shape = stateShapeOf(router, state);
  if (!router.dropsModels || !shape) {
    throw new UsageError({
      problem: `${fitted.label} cannot let a model go without a refit`,
      mend: "Fit it again without the model (--exclude-models), or bar the model when routing (--allow).",
    });
  }
  const without = (values: Float64Array): Float64Array => values.filter((_, j) => j !== column);
  const place = ties[column] ?? 0;
  return {
    ...fitted,
    state: withoutModel(state, shape, column),
    models: models.filter((_, j) => j !== column),
    ties: ties.filter((_, j) => j !== column).map((position) => (position > place ? position - 1 : position)),
    ...(calibration && {
      calibration: { slope: without(calibration.slope), intercept: without(calibration.intercept) },
    }),
    provenance: { ...provenance, [`dropped ${id}`]: router.dropsModels },
  };
}

/** The newcomer has no map of its own until the router is fitted again: it gets the mean of the others'. */
function wider({
  slope,
  intercept,
}: NonNullable<FittedRouter["calibration"]>): NonNullable<FittedRouter["calibration"]> {
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    slope: Float64Array.from([...slope, mean(slope)]),
    intercept: Float64Array.from([...intercept, mean(intercept)]),
  };
}

function scored(values: Float64Array): number {
  return values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
}

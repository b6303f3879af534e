/** A fitted router with one model more or one model less, without a refit. */
import { FitError, UsageError } from "../core/errors.ts";
import { decide } from "../core/fitted-router.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { unknownName } from "../core/near-names.ts";
import type { JoiningModel } from "../core/router.ts";
import { withoutModel } from "../core/state-columns.ts";
import { stateShapeOf } from "../core/state-shape.ts";
import type { TrainingReference } from "../core/training-reference.ts";
import { row } from "../math/matrix.ts";
import { mean } from "../math/stats.ts";
import { routers } from "../routers/registry.ts";
import { fitContext } from "./fit-context.ts";

/** Names of the routers that can take a model in. */
export const joinable = routers.filter((router) => "addModel" in router).map(({ name }) => name);

/**
 * The router with one more model, last in the pool and last in ties.
 * @throws UsageError when the model is there already or the method cannot take one in; FitError on outcomes that are too
 * few or cannot be read.
 */
export function addModel(fitted: FittedRouter, joining: Outcomes): FittedRouter {
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
      mend: `Fit it again on data that hold the model, or use one of ${joinable.join(", ")}.`,
    });
  }
  requireOutcomes(fitted, joining);
  const whole: JoiningModel = { ...joining, trainRows: Number(provenance["trainRows"] ?? joining.score.length) };
  return {
    ...fitted,
    state: router.addModel(state, whole, options, fitContext(seed)),
    models: [...models, joining.model],
    ties: Int32Array.from([...ties, models.length]),
    ...(fitted.calibration && { calibration: wider(fitted.calibration) }),
    ...(fitted.reference && { reference: withNewcomer(fitted.reference, joining) }),
    provenance: { ...provenance, [`added ${id}`]: scored(joining.score) },
  };
}

/** On how many of the prompts it was scored on the newcomer, last in the pool, is the router's choice. */
export function promptsTaken(fitted: FittedRouter, { embeddings, prompts, score }: Outcomes): number {
  const newcomer = fitted.models.length - 1;
  return prompts.filter((text, i) => {
    if (Number.isNaN(score[i] ?? NaN)) return false;
    const query = { embedding: row(embeddings, i), text, promptTokens: NaN };
    return decide(fitted, query).order[0] === newcomer;
  }).length;
}

type Outcomes = Omit<JoiningModel, "trainRows">;

/** @throws FitError for outcomes that do not match the prompts, vectors of another encoder, or scores outside 0 … 1. */
function requireOutcomes(fitted: FittedRouter, { model, embeddings, prompts, score, costUsd }: Outcomes): void {
  const refuse = (problem: string, mend: string): never => {
    throw new FitError({ problem, where: `"${model.id}"`, mend });
  };
  if (model.id === "") refuse("the model has no name", "Give it the id it is called by.");
  const rows = prompts.length;
  const counts = [embeddings.rows, score.length, costUsd.length];
  if (counts.some((count) => count !== rows)) {
    refuse(
      `${rows} prompts come with ${embeddings.rows} vectors, ${score.length} scores and ${costUsd.length} costs`,
      "Give one of each per prompt, NaN where a score or cost is unknown.",
    );
  }
  const dimensions = fitted.embedding?.dimensions ?? embeddings.cols;
  if (fitted.router.needs.embeddings && embeddings.cols !== dimensions) {
    refuse(
      `vectors of length ${embeddings.cols} do not fit a router fitted on length ${dimensions}`,
      "Encode the prompts with the router's own encoder.",
    );
  }
  const wrong = score.findIndex((value) => value < 0 || value > 1);
  if (wrong >= 0) refuse(`the score of prompt ${wrong} is ${score[wrong]}, not in 0 … 1`, "Score the answers again.");
  const negative = costUsd.findIndex((value) => value < 0 || value === Infinity);
  if (negative >= 0) {
    refuse(`the cost of prompt ${negative} is ${costUsd[negative]} USD`, "Give USD of the call, NaN where unknown.");
  }
}

/**
 * The router without a model.
 * @throws UsageError for a model that is not in the pool or a method that cannot let one go; FitError for the last one.
 */
export function dropModel(fitted: FittedRouter, id: string): FittedRouter {
  const { router, models, state, ties, calibration, reference, provenance } = fitted;
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
    ...(reference && {
      reference: { ...reference, score: without(reference.score), costUsd: without(reference.costUsd) },
    }),
    provenance: { ...provenance, [`dropped ${id}`]: router.dropsModels },
  };
}

/** The newcomer's means are over its own prompts: few, and not weighed by data set as the others' are. */
function withNewcomer(reference: TrainingReference, { score, costUsd }: Outcomes): TrainingReference {
  const known = (values: Float64Array): Float64Array => values.filter((value) => !Number.isNaN(value));
  return {
    ...reference,
    score: Float64Array.from([...reference.score, mean(known(score))]),
    costUsd: Float64Array.from([...reference.costUsd, mean(known(costUsd))]),
  };
}

/** The newcomer has no map of its own until the router is fitted again: it gets the mean of the others'. */
function wider({
  slope,
  intercept,
}: NonNullable<FittedRouter["calibration"]>): NonNullable<FittedRouter["calibration"]> {
  return {
    slope: Float64Array.from([...slope, mean(slope)]),
    intercept: Float64Array.from([...intercept, mean(intercept)]),
  };
}

function scored(values: Float64Array): number {
  return values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
}

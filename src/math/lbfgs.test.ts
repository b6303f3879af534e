import { assert, double, property } from "fast-check";
import { expect, test } from "vitest";
import { minimise } from "./lbfgs.ts";
import type { Objective } from "./lbfgs.ts";

const rosenbrock: Objective = (x, gradient) => {
  let value = 0;
  gradient.fill(0);
  for (let i = 0; i + 1 < x.length; i++) {
    const bend = x[i + 1]! - x[i]! ** 2;
    value += 100 * bend ** 2 + (1 - x[i]!) ** 2;
    gradient[i]! += -400 * bend * x[i]! - 2 * (1 - x[i]!);
    gradient[i + 1]! += 200 * bend;
  }
  return value;
};

test("the minimum of Rosenbrock's valley is found from anywhere", () => {
  const coordinate = double({ min: -3, max: 3, noNaN: true });
  assert(
    property(coordinate, coordinate, (a, b) => {
      const { x, converged } = minimise(rosenbrock, Float64Array.of(a, b), { tolerance: 1e-8 });
      expect(converged).toBe(true);
      expect(x[0]).toBeCloseTo(1, 3);
      expect(x[1]).toBeCloseTo(1, 3);
    }),
  );
});

test("a preconditioner equal to the inverse Hessian solves a quadratic in one step", () => {
  const curvature = [1, 1e3, 1e6];
  const quadratic: Objective = (x, gradient) => {
    x.forEach((value, i) => (gradient[i] = curvature[i]! * (value - i)));
    return x.reduce((sum, value, i) => sum + 0.5 * curvature[i]! * (value - i) ** 2, 0);
  };
  const precondition = (direction: Float64Array): void => {
    direction.forEach((value, i) => (direction[i] = value / curvature[i]!));
  };
  const { x, iterations } = minimise(quadratic, Float64Array.of(5, 5, 5), { precondition });
  expect([...x]).toEqual([0, 1, 2]);
  expect(iterations).toBe(1);
});

test("a start at the minimum takes no step, and the start is left alone", () => {
  const start = Float64Array.of(1, 1);
  expect(minimise(rosenbrock, start).iterations).toBe(0);
  const other = Float64Array.of(0, 0);
  minimise(rosenbrock, other);
  expect([...other]).toEqual([0, 0]);
});

test("iterations run out without convergence, and an aborted signal stops", () => {
  expect(minimise(rosenbrock, Float64Array.of(-1, 2), { maxIterations: 3 }).converged).toBe(false);
  expect(() => minimise(rosenbrock, Float64Array.of(-1, 2), { signal: AbortSignal.abort() })).toThrow("abort");
});

/** The percentile interval of any figure of a set, by resampling what it is made of. Efron & Tibshirani, 1993, §13. */
import { quantile } from "../../math/quantile.ts";
import { seededRandom } from "../../math/random.ts";
import type { SetFigure } from "./set-figure.ts";

export interface BootstrapFigureOptions {
  readonly name: string;
  /** @default 1000 */
  readonly draws?: number;
  /** @default 0.95 */
  readonly level?: number;
}

/** Units are resampled whole; the same units give the same interval. Draws where the figure is not defined are left out. */
export function bootstrapFigure<Unit>(
  units: readonly Unit[],
  statistic: (units: readonly Unit[]) => number,
  { name, draws = 1000, level = 0.95 }: BootstrapFigureOptions,
): SetFigure {
  const random = seededRandom(42, "set figure", name, units.length);
  const values: number[] = [];
  for (let draw = 0; draw < draws && units.length > 1; draw++) {
    const value = statistic(units.map((_, __, all) => all[random.below(all.length)] as Unit));
    if (!Number.isNaN(value)) values.push(value);
  }
  const tail = (1 - level) / 2;
  return {
    name,
    value: statistic(units),
    level,
    count: units.length,
    low: quantile(values, tail),
    high: quantile(values, 1 - tail),
  };
}

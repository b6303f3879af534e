/** Taking one model out of a fitted state: every array whose declared shape counts models loses that model's column. */
import { listItemShape, nullableShape } from "./state-shape.ts";
import type { Shape } from "./state-shape.ts";
import { z } from "zod";

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

interface MatrixLike {
  readonly rows: number;
  readonly cols: number;
  readonly data: Numbers;
}

/** The state without column `column` of the pool. What its shape does not tie to the pool is kept as it is. */
export function withoutModel(state: unknown, shape: Shape, column: number): unknown {
  if (typeof shape === "string") return shape === "number" ? state : withoutIn(state, shape, column);
  if (shape instanceof z.ZodType) return state;
  const item = listItemShape(shape);
  if (item !== undefined) return (state as unknown[]).map((part) => withoutModel(part, item, column));
  const inner = nullableShape(shape);
  if (inner !== undefined) return state === null ? null : withoutModel(state, inner, column);
  return Object.fromEntries(
    Object.entries(state as Record<string, unknown>).map(([key, part]) => {
      const own = (shape as Record<string, Shape>)[key];
      return [key, own === undefined ? part : withoutModel(part, own, column)];
    }),
  );
}

/** "f64[K, m]" and the like. */
function withoutIn(state: unknown, shape: string, column: number): unknown {
  const [, names = ""] = shape.slice(0, -1).split("[");
  const lengths = names.split(",").map((name) => name.trim());
  if (lengths.length === 1) {
    return lengths[0] === "m" ? (state as Numbers).filter((_: number, j: number) => j !== column) : state;
  }
  const { rows, cols, data } = state as MatrixLike;
  const byRow = lengths[0] === "m";
  const byColumn = lengths[1] === "m";
  if (!byRow && !byColumn) return state;
  const kept = data.filter((_: number, cell: number) => {
    const [i, j] = [Math.floor(cell / cols), cell % cols];
    return !(byRow && i === column) && !(byColumn && j === column);
  });
  return { rows: byRow ? rows - 1 : rows, cols: byColumn ? cols - 1 : cols, data: kept };
}

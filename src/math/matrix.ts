/**
 * Dense row-major matrices over typed arrays. Shapes are checked once, where a matrix enters a computation;
 * inside the loops the data array is used directly.
 */

export type FloatArray = Float32Array | Float64Array;

/** `data[i * cols + j]` is row i, column j. NaN means "not collected" wherever the matrix holds outcomes. */
export interface Matrix<T extends FloatArray = Float64Array> {
  readonly rows: number;
  readonly cols: number;
  readonly data: T;
}

export type Matrix32 = Matrix<Float32Array>;

/** Thrown when operands do not fit each other; the message names both shapes. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** A zero matrix [rows, cols] in double precision. */
export function matrix(rows: number, cols: number): Matrix {
  return { rows, cols, data: new Float64Array(rows * cols) };
}

/** A zero matrix [rows, cols] in single precision. */
export function matrix32(rows: number, cols: number): Matrix32 {
  return { rows, cols, data: new Float32Array(rows * cols) };
}

/** A matrix [rows, cols] filled with `value`. */
export function filled(rows: number, cols: number, value: number): Matrix {
  return { rows, cols, data: new Float64Array(rows * cols).fill(value) };
}

/** A matrix from nested rows; all rows must have the same length. Empty input gives [0, 0]. */
export function fromRows(rows: readonly (readonly number[])[]): Matrix {
  const cols = rows[0]?.length ?? 0;
  const out = matrix(rows.length, cols);
  rows.forEach((values, i) => {
    if (values.length !== cols) throw new ShapeError(`row ${i} has ${values.length} values, row 0 has ${cols}`);
    out.data.set(values, i * cols);
  });
  return out;
}

/** Row i as a view: no copy, writes go through. */
export function row<T extends FloatArray>(m: Matrix<T>, i: number): T {
  return m.data.subarray(i * m.cols, (i + 1) * m.cols) as T;
}

/** A copy of the given rows, in the given order. [rows.length, cols] */
export function selectRows<T extends FloatArray>(m: Matrix<T>, rows: ArrayLike<number>): Matrix<T> {
  const data = new (m.data.constructor as new (length: number) => T)(rows.length * m.cols);
  for (let r = 0; r < rows.length; r++) {
    const start = rows[r]! * m.cols;
    data.set(m.data.subarray(start, start + m.cols), r * m.cols);
  }
  return { rows: rows.length, cols: m.cols, data };
}

/** A copy of the given columns, in the given order. [rows, columns.length] */
export function selectColumns<T extends FloatArray>(m: Matrix<T>, columns: ArrayLike<number>): Matrix<T> {
  const data = new (m.data.constructor as new (length: number) => T)(m.rows * columns.length);
  for (let i = 0; i < m.rows; i++) {
    for (let c = 0; c < columns.length; c++) data[i * columns.length + c] = m.data[i * m.cols + columns[c]!]!;
  }
  return { rows: m.rows, cols: columns.length, data };
}

/** A copy with one more column, last. `column` [rows]. */
export function withColumn(m: Matrix, column: ArrayLike<number>): Matrix {
  if (column.length !== m.rows)
    throw new ShapeError(`a column of ${column.length} does not fit [${m.rows}, ${m.cols}]`);
  const out = matrix(m.rows, m.cols + 1);
  for (let i = 0; i < m.rows; i++) {
    out.data.set(m.data.subarray(i * m.cols, (i + 1) * m.cols), i * out.cols);
    out.data[i * out.cols + m.cols] = column[i]!;
  }
  return out;
}

/** A copy with one more row, last. `row` [cols]. */
export function withRow(m: Matrix32, values: ArrayLike<number>): Matrix32 {
  if (values.length !== m.cols) throw new ShapeError(`a row of ${values.length} does not fit [${m.rows}, ${m.cols}]`);
  const out = matrix32(m.rows + 1, m.cols);
  out.data.set(m.data);
  out.data.set(values, m.rows * m.cols);
  return out;
}

/** Mean of every column, skipping NaN; NaN where a column holds no number. [cols] */
export function columnMeans(m: Matrix<FloatArray>): Float64Array {
  const sum = new Float64Array(m.cols);
  const count = new Int32Array(m.cols);
  for (let i = 0; i < m.rows; i++) {
    for (let j = 0; j < m.cols; j++) {
      const value = m.data[i * m.cols + j]!;
      if (Number.isNaN(value)) continue;
      sum[j]! += value;
      count[j]! += 1;
    }
  }
  return sum.map((total, j) => (count[j] === 0 ? NaN : total / count[j]!));
}

/** The numerics a router's decision and fit rest on, against fixed times: the yardstick is the time allowed. */
import { performance } from "node:perf_hooks";
import { residentDots, residentMatrix, residentProject, transposeProduct } from "../dist/math/dots.js";
import { fitLogistic } from "../dist/math/logistic.js";
import { nearestNeighbours, neighbourIndex } from "../dist/math/neighbour-index.js";
import { seededRandom } from "../dist/math/random.js";
import { truncatedSvd } from "../dist/math/truncated-svd.js";

export async function bench() {
  const train = unitRows(12_000, 384);
  const resident = residentMatrix(train);
  const index = neighbourIndex(train);
  const query = (i) => train.data.subarray(i * 384, (i + 1) * 384);
  return [
    row(
      "scan of 12000 x 384, one query",
      0.003,
      median(300, (i) => residentDots(resident, query(i))),
    ),
    row(
      "40 nearest of 12000 x 384, exactly",
      0.0005,
      median(300, (i) => nearestNeighbours(index, query(i), 40)),
    ),
    row("projection of 2000 features to 256", 0.0005, projection()),
    row("logistic, 8400 x 384 x 33 models", 1.5, logistic()),
    row("truncated SVD, 6000 x 32768, rank 256", 3, decomposition()),
  ];
}

function projection() {
  const random = seededRandom("projection");
  const components = residentMatrix(unitRows(32_768, 256));
  const indices = Int32Array.from({ length: 2000 }, () => random.below(32_768));
  const values = new Float32Array(2000).fill(0.1);
  return median(300, () => residentProject(components, indices, values, 2000));
}

function logistic() {
  const random = seededRandom("logistic");
  const x = unitRows(8400, 384);
  const y = { rows: 8400, cols: 33, data: Float64Array.from({ length: 8400 * 33 }, () => random.below(2)) };
  const squares = transposeProduct(x, x);
  const gram = { ...squares, data: Float64Array.from(squares.data) };
  return median(3, () => fitLogistic(x, y, { l2: 1e-3, gram }));
}

/** Skewed columns as in text: half of the entries fall on an eighth of the features. */
function decomposition() {
  const random = seededRandom("decomposition");
  const [rows, cols, perRow] = [6000, 32_768, 1200];
  const x = {
    rows,
    cols,
    indptr: Int32Array.from({ length: rows + 1 }, (_, r) => r * perRow),
    indices: Int32Array.from({ length: rows * perRow }, () => Math.floor(cols * random.uniform() ** 3)),
    values: Float32Array.from({ length: rows * perRow }, () => random.uniform()),
  };
  return median(3, () => truncatedSvd(x, { rank: 256 }, seededRandom("svd")));
}

/** Unit vectors around 80 centres. */
function unitRows(rows, cols) {
  const random = seededRandom("unit rows", rows);
  const centres = Float32Array.from({ length: 80 * cols }, () => random.normal());
  const data = new Float32Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    const centre = random.below(80) * cols;
    let square = 0;
    for (let p = 0; p < cols; p++) {
      const value = centres[centre + p] + 1.5 * random.normal();
      data[i * cols + p] = value;
      square += value * value;
    }
    for (let p = 0; p < cols; p++) data[i * cols + p] /= Math.sqrt(square);
  }
  return { rows, cols, data };
}

function row(name, allowed, value) {
  return { name, value, yardstick: allowed, ratio: value / allowed, target: 1, unit: "seconds" };
}

function median(repeats, work) {
  const seconds = Array.from({ length: repeats }, (_, i) => {
    const start = performance.now();
    work(i);
    return (performance.now() - start) / 1000;
  });
  return seconds.sort((a, b) => a - b)[repeats >> 1];
}

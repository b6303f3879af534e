/** Upper envelopes of points in the plane, and the polylines through them. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The points no other point dominates (no greater x, no smaller y, one strictly), by x ascending.
 * Of equal points one is kept. Points with NaN are ignored.
 */
export function paretoFrontier(points: readonly Point[]): Point[] {
  const frontier: Point[] = [];
  let best = -Infinity;
  for (const point of ordered(points)) {
    if (point.y <= best) continue;
    best = point.y;
    frontier.push(point);
  }
  return frontier;
}

/**
 * The non-decreasing convex hull: the upper envelope of all chords between frontier points, by x ascending.
 * Slopes fall from vertex to vertex and none is negative. Collinear points between two vertices are dropped.
 */
export function nonDecreasingHull(points: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of paretoFrontier(points)) {
    while (hull.length >= 2 && !turnsRight(hull.at(-2)!, hull.at(-1)!, point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

/** Height of the polyline at x, flat beyond both ends. `line` by x ascending; NaN of an empty line. */
export function heightAt(line: readonly Point[], x: number): number {
  const first = line[0];
  const last = line.at(-1);
  if (!first || !last) return NaN;
  if (x <= first.x) return first.y;
  if (x >= last.x) return last.y;
  const right = line.findIndex((point) => point.x >= x);
  return between(line[right - 1]!, line[right]!, x);
}

/** Area under the polyline from `low` to `high`, flat beyond its ends, by trapezoids (exact). */
export function areaUnder(line: readonly Point[], low: number, high: number): number {
  const inside = line.filter(({ x }) => x > low && x < high);
  const corners = [{ x: low, y: heightAt(line, low) }, ...inside, { x: high, y: heightAt(line, high) }];
  let area = 0;
  for (let i = 1; i < corners.length; i++) {
    const left = corners[i - 1]!;
    const right = corners[i]!;
    area += ((left.y + right.y) / 2) * (right.x - left.x);
  }
  return area;
}

/** Smallest x at which the polyline (flat beyond its last point) first reaches y; Infinity when it never does. */
export function firstReach(line: readonly Point[], y: number): number {
  const at = line.findIndex((point) => point.y >= y);
  if (at < 0) return Infinity;
  const right = line[at]!;
  const left = line[at - 1];
  if (!left) return right.x;
  return left.x + ((y - left.y) / (right.y - left.y)) * (right.x - left.x);
}

/** Euclidean distance from a point to the nearest spot of the polyline; Infinity of an empty line. */
export function distanceToLine(point: Point, line: readonly Point[]): number {
  let nearest = line[0] ? Math.hypot(point.x - line[0].x, point.y - line[0].y) : Infinity;
  for (let i = 1; i < line.length; i++) {
    nearest = Math.min(nearest, distanceToSegment(point, line[i - 1]!, line[i]!));
  }
  return nearest;
}

function distanceToSegment(point: Point, from: Point, to: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / squared;
  const t = Math.max(0, Math.min(1, along));
  return Math.hypot(point.x - (from.x + t * dx), point.y - (from.y + t * dy));
}

function between(left: Point, right: Point, x: number): number {
  return left.y + ((x - left.x) / (right.x - left.x)) * (right.y - left.y);
}

function turnsRight(a: Point, b: Point, c: Point): boolean {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) < 0;
}

function ordered(points: readonly Point[]): Point[] {
  return points
    .filter(({ x, y }) => !Number.isNaN(x) && !Number.isNaN(y))
    .toSorted((a, b) => (a.x === b.x ? b.y - a.y : a.x - b.x));
}

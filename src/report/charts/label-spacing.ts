/** Places labels beside their points so that none covers another label or a point: greedy, most important first. */
import { fontSize } from "./chart-kit.ts";

export interface LabelAnchor {
  readonly text: string;
  /** pixels */
  readonly x: number;
  readonly y: number;
  /** half the size of the point's mark */
  readonly radius: number;
  /** labels that must appear even if they touch something; the others are left out then */
  readonly required: boolean;
}

export interface PlacedLabel<A extends LabelAnchor> {
  readonly anchor: A;
  /** from the point to the label's near edge, at half its height */
  readonly dx: number;
  readonly dy: number;
  readonly textAnchor: "start" | "middle" | "end";
  /** the label stands so far off that a line should lead to it */
  readonly far: boolean;
}

export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Labels that must appear are drawn bold. */
const boldWidth = 1.12;

const directions = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [0.8, -0.7],
  [-0.8, -0.7],
  [0.8, 0.7],
  [-0.8, 0.7],
] as const;

const distances = [4, 12, 22, 34, 48, 64];
/** Beyond this a label that need not appear is left out. */
const farthestOptional = 22;
/** Room kept between a label and the points of others, or nobody could tell whose it is. */
const pointRoom = 3;

/** The labels that found a place, in the order of their anchors. Anchors come most important first. */
export function placeLabels<A extends LabelAnchor>(anchors: readonly A[], frame: Frame): PlacedLabel<A>[] {
  const points = anchors.map(({ x, y, radius }) => around(x, y, radius + pointRoom, radius + pointRoom));
  const taken: Box[] = [];
  return anchors.flatMap((anchor, own) => {
    if (anchor.text === "") return [];
    const others = points.filter((_, i) => i !== own);
    const options = candidates(anchor).map((label) => ({ label, box: labelBox(label) }));
    const cost = ({ label, box }: { label: PlacedLabel<A>; box: Box }) =>
      outside(box, frame) + overlap(box, [...others, ...taken]) + crossings(label, others);
    const free = options.find((option) => cost(option) === 0);
    const chosen = free ?? (anchor.required ? options.toSorted((a, b) => cost(a) - cost(b))[0] : undefined);
    if (chosen === undefined) return [];
    taken.push(chosen.box);
    return [chosen.label];
  });
}

/** How wide the text is drawn, roughly: text is measured by nobody before it reaches a browser. */
export function textWidth(text: string, size = fontSize): number {
  return Array.from(text).length * size * 0.58;
}

/** The left margin that holds the longest of these names, up to `most` pixels. */
export function nameMargin(names: readonly string[], most: number): number {
  return Math.min(most, 18 + Math.max(0, ...names.map((name) => textWidth(name))));
}

function candidates<A extends LabelAnchor>(anchor: A): PlacedLabel<A>[] {
  const allowed = distances.filter((distance) => anchor.required || distance <= farthestOptional);
  return allowed.flatMap((distance) =>
    directions.map(([right, down]) => {
      const reach = anchor.radius + distance;
      const textAnchor = right > 0 ? ("start" as const) : right < 0 ? ("end" as const) : ("middle" as const);
      const dy = down * (reach + (right === 0 ? fontSize / 2 : 0));
      return { anchor, dx: right * reach, dy, textAnchor, far: distance > 4 };
    }),
  );
}

function labelBox({ anchor, dx, dy, textAnchor }: PlacedLabel<LabelAnchor>): Box {
  const width = textWidth(anchor.text) * (anchor.required ? boldWidth : 1);
  const start = anchor.x + dx - (textAnchor === "start" ? 0 : textAnchor === "end" ? width : width / 2);
  const middle = anchor.y + dy;
  return { left: start, right: start + width, top: middle - fontSize * 0.6, bottom: middle + fontSize * 0.6 };
}

/** What the way from the point to its label covers of other points: a label behind another's point seems to be its. */
function crossings({ anchor, dx, dy, far }: PlacedLabel<LabelAnchor>, others: readonly Box[]): number {
  if (!far) return 0;
  const steps = [0.3, 0.5, 0.7, 0.9].map((t) => around(anchor.x + t * dx, anchor.y + t * dy, 1.5, 1.5));
  return steps.reduce((sum, step) => sum + overlap(step, others), 0);
}

function around(x: number, y: number, halfWidth: number, halfHeight: number): Box {
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight };
}

function overlap(box: Box, others: readonly Box[]): number {
  return others.reduce((sum, other) => sum + common(box, other), 0);
}

function common(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

function outside(box: Box, frame: Frame): number {
  const area = (box.right - box.left) * (box.bottom - box.top);
  return Math.max(0, area - common(box, frame)) * 4 < 1 ? 0 : (area - common(box, frame)) * 4;
}

/**
 * An A/B split that keeps its word: the same session (or key) always meets the same arm, on every replica and after every
 * restart, since the arm is a function of the id and of nothing else.
 */
import { createHash } from "node:crypto";
import { UsageError } from "../core/errors.ts";

export interface SplitOptions {
  /** router name → weight, above 0; any scale */
  readonly arms: Readonly<Record<string, number>>;
  /** changes who meets which arm; another name, another draw */
  readonly name?: string | undefined;
}

export interface Arm {
  readonly name: string;
  /** the chance with which this arm is drawn */
  readonly propensity: number;
}

/** Draws arms. @throws UsageError for a split without arms, or a weight that is no positive number. */
export function armDrawer({ arms, name = "split" }: SplitOptions): (unit: string) => Arm {
  const entries = Object.entries(arms);
  if (entries.length === 0) throw new UsageError({ problem: "has no arms", where: "split", mend: "Name two routers." });
  for (const [arm, weight] of entries) {
    if (weight > 0 && Number.isFinite(weight)) continue;
    throw new UsageError({ problem: `the weight ${weight} is not above 0`, where: `split, arm ${arm}` });
  }
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  return (unit) => {
    let left = uniformOf(`${name}\n${unit}`) * total;
    const drawn = entries.find(([, weight]) => (left -= weight) < 0) ?? entries.at(-1);
    const [arm = "", weight = 0] = drawn ?? [];
    return { name: arm, propensity: weight / total };
  };
}

/** 48 bits of a hash as a number in [0, 1): even over ids, whatever they look like. */
function uniformOf(text: string): number {
  return createHash("sha256").update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

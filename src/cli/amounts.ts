/** Amounts with a unit, as options take them and as people read them. */
import { InvalidArgumentError } from "commander";

const spans: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** "90m", "12h", "30d", "2w" → milliseconds. */
export function timeSpan(value: string): number {
  const found = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(value.trim());
  if (!found) throw new InvalidArgumentError(`"${value}" is no time span. Write 12h, 30d or 2w.`);
  return Number(found[1]) * (spans[found[2] ?? ""] ?? NaN);
}

const sizes: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9 };

/** "500MB", "2GB" → bytes. */
export function byteSize(value: string): number {
  const found = /^(\d+(?:\.\d+)?) ?([kMG]B)$/.exec(value.trim());
  if (!found) throw new InvalidArgumentError(`"${value}" is no size. Write 500MB or 2GB.`);
  return Number(found[1]) * (sizes[found[2] ?? ""] ?? NaN);
}

/** 1234567 → "1.2 MB" */
export function bytesText(bytes: number): string {
  const [unit, size] = Object.entries(sizes).findLast(([, least]) => bytes >= least) ?? ["bytes", 1];
  return `${(bytes / size).toFixed(size === 1 ? 0 : 1)} ${unit}`;
}

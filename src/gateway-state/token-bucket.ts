/**
 * Token buckets: each holds a minute's allowance and fills evenly. Pure: the time comes in. Over any minute a bucket lets
 * through at most what it held at its beginning, one allowance, and what comes back, another.
 */
export interface Bucket {
  /** what may be taken now; below 0 where more was taken than there was */
  readonly level: number;
  readonly atMs: number;
}

const minuteMs = 60_000;

/** As it stands at `nowMs`; one that has not been used is full. A clock that goes back fills nothing. */
export function filled(bucket: Bucket | undefined, perMinute: number, nowMs: number): Bucket {
  if (bucket === undefined) return { level: perMinute, atMs: nowMs };
  const sinceMs = Math.max(0, nowMs - bucket.atMs);
  return {
    level: Math.min(perMinute, bucket.level + (sinceMs * perMinute) / minuteMs),
    atMs: Math.max(nowMs, bucket.atMs),
  };
}

/** How long until `amount` may be taken; 0 = now. More than the bucket can hold may be taken when it is full. */
export function waitMs({ level }: Bucket, perMinute: number, amount: number): number {
  const missing = Math.min(amount, perMinute) - level;
  return missing <= 0 ? 0 : Math.ceil((missing * minuteMs) / perMinute);
}

/** Takes it, or gives it back where `amount` is negative; never fuller than full. */
export function taken(bucket: Bucket, perMinute: number, amount: number): Bucket {
  return { level: Math.min(perMinute, bucket.level - amount), atMs: bucket.atMs };
}

/** A body with the value of one top-level key replaced: every other byte is as it came. */
import type { Span } from "./top-level.ts";

/** @param spans where the key's values stand, in order; all are replaced, so that no reader finds another */
export function withValue(bytes: Buffer, spans: readonly Span[], value: unknown): Buffer {
  const written = Buffer.from(JSON.stringify(value));
  const parts: Buffer[] = [];
  let from = 0;
  for (const { start, end } of spans) {
    parts.push(bytes.subarray(from, start), written);
    from = end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

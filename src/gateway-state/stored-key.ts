/** A virtual key as it is kept: with the SHA-256 of its secrets, never a secret. */
import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { periods } from "./state.ts";
import type { KeyFinding, VirtualKey } from "./state.ts";

const instant = z.iso.datetime();
const bound = z.number().nonnegative();

export const storedKeySchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  createdAt: instant,
  expiresAt: instant.optional(),
  revokedAt: instant.optional(),
  models: z.array(z.string()).optional(),
  limits: z.object({ requestsPerMinute: bound.optional(), tokensPerMinute: bound.optional() }),
  caps: z.partialRecord(z.enum(periods), bound),
  /** the newest first; the ones before it count until `until` */
  secrets: z.array(z.object({ digest: z.string().length(64), until: instant.optional() })),
});

export type StoredKey = z.infer<typeof storedKeySchema>;

/** SHA-256, in hex. The secret is 256 random bits: there is nothing to guess that a slow hash would protect. */
export function secretDigest(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Whether the key is in force and this is its secret. */
export function judgeKey(stored: StoredKey | undefined, digest: string, nowMs: number): KeyFinding {
  const secret = stored?.secrets.find((one) => isEqual(one.digest, digest));
  if (stored === undefined || secret === undefined) return { status: "unknown" };
  if (stored.revokedAt !== undefined) return { status: "revoked" };
  const isOver = (until: string | undefined): boolean => until !== undefined && Date.parse(until) <= nowMs;
  if (isOver(stored.expiresAt) || isOver(secret.until)) return { status: "expired" };
  return { status: "valid", key: publicKey(stored) };
}

/** The key without its digests. */
export function publicKey(stored: StoredKey): VirtualKey {
  const { id, name, createdAt, expiresAt, revokedAt, models, limits, caps } = stored;
  return { id, name, createdAt, expiresAt, revokedAt, models, limits, caps };
}

function isEqual(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/**
 * Uniform in [0, 1), the same for the same parts. From a digest, since a prompt is long and one number is all that is wanted
 * of it; whoever wants many numbers takes `seededRandom`.
 */
import { hash } from "node:crypto";

export function draw(...parts: readonly (string | number)[]): number {
  return hash("sha256", parts.join("|"), "buffer").readUIntBE(0, 6) / 2 ** 48;
}

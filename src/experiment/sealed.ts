/** A value in Node's own format, behind the SHA-256 of its bytes: every number as it was, to the last bit. */
import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";

const digestBytes = 32;

export function sealed(value: unknown): Buffer {
  const content = serialize(value);
  return Buffer.concat([sha256(content), content]);
}

/** The value; undefined when the bytes are damaged. */
export function unsealed(bytes: Buffer): unknown {
  const content = bytes.subarray(digestBytes);
  if (bytes.length <= digestBytes || !sha256(content).equals(bytes.subarray(0, digestBytes))) return undefined;
  try {
    return deserialize(content) as unknown;
  } catch {
    // Whole, but written by a Node.js whose format this one does not read.
    return undefined;
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

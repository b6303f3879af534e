/** The one place where keys are kept out of what leaves the gateway: errors, logs, headers, and answers that quote them. */
import { secretCleaner } from "../providers/secret.ts";

export interface Redactor {
  /** A text of our own, or of an endpoint's error. */
  text(text: string): string;
  /** An endpoint's bytes: as they are, unless a key stands in them. */
  bytes(bytes: Buffer): Buffer;
}

/** Shorter ones are placeholders that local servers want, and may be words of an answer (providers/secret.ts). */
const shortestInAnswers = 20;

/** A key of the gateway's own: of those only hashes are known, but they have a form that nothing else has. */
const virtualKey = /sk-sb-[\w-]{43}/g;

export function redactorOf(secrets: Iterable<string>): Redactor {
  const all = [...new Set(secrets)];
  const long = all.filter((secret) => secret.length >= shortestInAnswers);
  const marks = long.map((secret) => Buffer.from(plainPart(secret)));
  const cleaners = all.map((secret) => secretCleaner(secret));
  const longCleaners = long.map((secret) => secretCleaner(secret));
  const text = (dirty: string): string =>
    cleaners.reduce((said, clean) => clean(said), dirty).replaceAll(virtualKey, "[key]");
  return {
    text,
    bytes(bytes) {
      if (!marks.some((mark) => bytes.includes(mark))) return bytes;
      return Buffer.from(longCleaners.reduce((said, clean) => clean(said), bytes.toString("utf8")));
    },
  };
}

/** The part of a key that is the same in every spelling: JSON and URLs write its other signs in several ways. */
function plainPart(secret: string): string {
  return secret.split(/[^A-Za-z0-9]+/).reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}

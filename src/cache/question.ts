/**
 * What an answer is kept under: the digest of everything that decides it. Wire format, address, model, every parameter
 * (what is merged into the body, too) and every message; then the number of the sample. Never the key, never a deadline.
 */
import { hash } from "node:crypto";
import type { ChatMessage, ChatParameters, ChatRequest } from "../core/chat.ts";

/** Who is asked, and how. */
export interface Asked {
  /** the wire format */
  readonly provider: string;
  readonly baseUrl: string;
  /** the provider's name of the model */
  readonly model: string;
  readonly parameters: ChatParameters;
}

/** One question, whole. `sample` counts repeats from 0: each is a question of its own. */
export interface Question {
  readonly provider: string;
  readonly baseUrl: string;
  readonly request: ChatRequest;
  readonly sample: number;
}

/** Counts up when the digest is taken of something else: answers kept under the old rule are then not found. */
const rule = "signalbox question 1";

/**
 * The digest of who is asked and how. Two ways to write the same parameters (another order, one left out or undefined, a slash
 * at the end of the address) are one.
 */
export function askedDigest({ provider, baseUrl, model, parameters }: Asked): string {
  const address = baseUrl.replace(/\/+$/, "");
  return digest(JSON.stringify([rule, provider, address, model, sorted(parameters)]));
}

/** The digest of what is said. */
export function messagesDigest(messages: readonly ChatMessage[]): string {
  return digest(JSON.stringify(messages.map(({ role, content }) => [role, content])));
}

/** The digest of a question, from the digests of its two halves: a plan asks many models the same. */
export function questionDigest(asked: string, messages: string): string {
  return digest(`${asked} ${messages}`);
}

function digest(text: string): string {
  return hash("sha256", text, "base64url");
}

/** The key of one sample. Samples of one question stand together. */
export function answerKey(question: string, sample: number): string {
  return `${question}.${sample}`;
}

/** The key of a question. */
export function keyOfQuestion({ provider, baseUrl, request, sample }: Question): string {
  const { model, parameters, messages } = request;
  const asked = askedDigest({ provider, baseUrl, model, parameters });
  return answerKey(questionDigest(asked, messagesDigest(messages)), sample);
}

/** A value with the names of its groups in order, at every depth, and without what is undefined. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]),
  );
}

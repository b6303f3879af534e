/**
 * The one place where a key is kept out of what leaves this room. Every provider is made behind it (registry.ts), and so is
 * every embedding call: what an endpoint sends back, in an error or in an answer, may hold the key it was called with.
 */
import { types } from "node:util";
import type { CallOptions, ChatCompletion, ChatProvider, ChatRequest } from "../core/chat.ts";
import { SignalboxError, UsageError } from "../core/errors.ts";
import { EndpointError } from "./endpoint-error.ts";

/** Shorter "keys" (none, EMPTY, ollama) are placeholders that local servers want, and may be words of an answer. */
const shortestInAnswers = 20;
const shortestInErrors = 4;
const longestProblem = 340;

/** The text without the key, in any spelling that HTTP and JSON give it. */
export function withoutSecret(text: string, secret: string | undefined, shortest = shortestInErrors): string {
  return secret === undefined ? text : secretCleaner(secret, shortest)(text);
}

/** The same for many texts: the spellings are made once. */
export function secretCleaner(secret: string, shortest = shortestInErrors): (text: string) => string {
  if (secret.length < shortest) return (text) => text;
  const pattern = anyDepthOfJson(secret);
  const spellings = [encodeURIComponent(secret), Buffer.from(secret).toString("base64")];
  return (text) =>
    spellings.reduce((clean, spelling) => clean.replaceAll(spelling, "[key]"), text.replace(pattern, "[key]"));
}

/** JSON inside JSON puts a growing row of backslashes before quotes and slashes. */
function anyDepthOfJson(secret: string): RegExp {
  const pattern = secret.replace(
    /[^A-Za-z0-9]/g,
    (sign) => `\\\\*\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new RegExp(pattern, "g");
}

/** @throws UsageError for a key that no header can carry, such as one with a line break; it is not shown */
export function requireSendable(secret: string | undefined): void {
  if (secret === undefined || /^[\x21-\x7e]+$/.test(secret)) return;
  throw new UsageError({
    problem: "the API key holds spaces, line breaks or other characters that no key has",
    mend: "Check the environment variable: often a line break was copied along",
  });
}

/** The call's result; what it throws does not hold the key. An aborted signal's reason passes as it is. */
export async function shielded<Result>(secret: string | undefined, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    throw cleanError(error, secret);
  }
}

function cleanError(error: unknown, secret: string | undefined): unknown {
  const clean = (text: string): string => withoutSecret(text, secret);
  if (error instanceof EndpointError) {
    const { problem, where, mend, status, failure, retriable, retryAfterMs } = error;
    const cause = causeWithout(error.cause, clean);
    return new EndpointError({
      problem: shortened(clean(problem)),
      where: where && clean(where),
      mend: mend && clean(mend),
      status,
      failure,
      retriable,
      retryAfterMs,
      cause,
    });
  }
  const text = everyWordOf(error);
  return clean(text) === text ? error : new SignalboxError({ problem: clean(messageOf(error)) });
}

/** Shortened only when the key is out: half a key would not be found. */
function shortened(text: string): string {
  return text.length > longestProblem ? `${text.slice(0, longestProblem)} …` : text;
}

/** Name, code and message of the cause: what else it holds (headers, bodies) is dropped. */
function causeWithout(cause: unknown, clean: (text: string) => string): Error | undefined {
  if (cause === undefined) return undefined;
  const copy: NodeJS.ErrnoException = new Error(clean(messageOf(cause)));
  if (types.isNativeError(cause)) {
    copy.name = cause.name;
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== undefined) copy.code = clean(code);
  }
  return copy;
}

function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : String(error);
}

function everyWordOf(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  return [error.message, error.stack, error.cause === undefined ? "" : everyWordOf(error.cause)].join("\n");
}

/** The provider behind the shield: neither its errors nor its answers hold the key. */
export function shieldedProvider(provider: ChatProvider, secret: string | undefined): ChatProvider {
  return {
    async complete(request: ChatRequest, options: CallOptions): Promise<ChatCompletion> {
      try {
        return cleanCompletion(await provider.complete(request, options), secret);
      } catch (error) {
        throw cleanError(error, secret);
      }
    },
    close: () => provider.close(),
  };
}

function cleanCompletion(completion: ChatCompletion, secret: string | undefined): ChatCompletion {
  if (secret === undefined || secret.length < shortestInAnswers) return completion;
  const clean = (said: string): string => withoutSecret(said, secret, shortestInAnswers);
  const { text, reasoning, servedModel, finishReason, requestId } = completion;
  return {
    ...completion,
    text: clean(text),
    ...(reasoning !== undefined && { reasoning: clean(reasoning) }),
    servedModel: clean(servedModel),
    finishReason: clean(finishReason),
    requestId: clean(requestId),
  };
}

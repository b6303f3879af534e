/** One chat over HTTP in a format: posted, then read as a stream or whole, as the endpoint sends it. */
import type { Dispatcher } from "undici";
import type { CallOptions, ChatCompletion } from "../core/chat.ts";
import { exchange } from "./exchange.ts";
import type { OpenReply } from "./exchange.ts";
import { parsedJson, refusal, wholeReply } from "./post-json.ts";
import { readStream } from "./read-stream.ts";
import type { GrowingAnswer } from "./read-stream.ts";
import { fieldsOf } from "./wire-fields.ts";
import type { Fields } from "./wire-fields.ts";

/** How a format's answers are read. */
export interface ChatFormat {
  /** a whole answer, without its times */
  readonly whole: (url: string, body: Fields) => Omit<ChatCompletion, "firstTokenMs" | "latencyMs">;
  readonly growing: (url: string) => GrowingAnswer;
}

export interface ChatPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Fields;
  readonly dispatcher: Dispatcher;
}

/** The completion. @throws EndpointError, or the signal's reason when it is aborted */
export async function chatExchange(
  format: ChatFormat,
  post: ChatPost,
  { deadlines, signal }: CallOptions,
): Promise<ChatCompletion> {
  const started = performance.now();
  const { totalMs: timeoutMs, firstByteMs, idleMs } = deadlines;
  const read = (reply: OpenReply): Promise<ChatCompletion> => completionOf(format, post.url, reply, started);
  return await exchange({ ...post, timeoutMs, firstByteMs, idleMs }, read, signal);
}

async function completionOf(
  format: ChatFormat,
  url: string,
  reply: OpenReply,
  started: number,
): Promise<ChatCompletion> {
  const isStream = String(reply.headers["content-type"] ?? "").includes("event-stream");
  if (reply.status === 200 && isStream) return await readStream(url, reply, format.growing(url), started);
  const whole = await wholeReply(reply);
  if (whole.status !== 200) throw refusal(url, whole);
  const answer = format.whole(url, fieldsOf(parsedJson(url, whole.text)));
  return { ...answer, firstTokenMs: NaN, latencyMs: performance.now() - started };
}

/** One chat over HTTP in a format: posted, then read as a stream or whole, as the endpoint sends it. */
import type { Dispatcher } from "undici";
import type { CallOptions, ChatCompletion } from "../core/chat.ts";
import { exchange } from "./exchange.ts";
import type { ReplyHead, ReplyReader } from "./exchange.ts";
import { parsedJson, refusal, wholeReader } from "./post-json.ts";
import { streamReader } from "./read-stream.ts";
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
export function chatExchange(
  format: ChatFormat,
  post: ChatPost,
  { deadlines, signal }: CallOptions,
): Promise<ChatCompletion> {
  const started = performance.now();
  const { url, headers, body, dispatcher } = post;
  const { totalMs: timeoutMs, firstByteMs, idleMs } = deadlines;
  const open = (head: ReplyHead): ReplyReader<ChatCompletion> => readerOf(format, url, head, started);
  return exchange({ url, headers, body, dispatcher, timeoutMs, firstByteMs, idleMs }, open, signal);
}

function readerOf(format: ChatFormat, url: string, head: ReplyHead, started: number): ReplyReader<ChatCompletion> {
  const isStream = String(head.headers["content-type"] ?? "").includes("event-stream");
  if (head.status === 200 && isStream) return streamReader(url, format.growing(url), started);
  return wholeReader(head, (reply) => {
    if (reply.status !== 200) throw refusal(url, reply);
    const answer = format.whole(url, fieldsOf(parsedJson(url, reply.text)));
    return { firstTokenMs: NaN, latencyMs: performance.now() - started, ...answer };
  });
}

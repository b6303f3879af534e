/**
 * One POST to an OpenAI-compatible `/embeddings`: texts in, vectors out in the same order, or an EndpointError.
 * No retries, no batching, no caching: those are the caller's. Redirects are refused, since the key rides along.
 */
import type { Dispatcher } from "undici";
import { malformed, parsedJson, postJson, refusal } from "./post-json.ts";
import { shielded } from "./secret.ts";

export interface EmbeddingsEndpoint {
  /** e.g. "https://api.openai.com/v1"; "/embeddings" is appended. */
  readonly baseUrl: string;
  readonly model: string;
  /** Sent as a bearer token; endpoints on one's own machine often want none. */
  readonly apiKey?: string | undefined;
  /** Deadline of one call, connecting and reading included, in milliseconds. */
  readonly timeoutMs: number;
  readonly dispatcher: Dispatcher;
}

/** Vectors of the texts, one each, in order. Throws EndpointError; or the signal's reason when it is aborted. */
export async function requestEmbeddings(
  endpoint: EmbeddingsEndpoint,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<number[][]> {
  const url = `${endpoint.baseUrl.replace(/\/+$/, "")}/embeddings`;
  const { model, apiKey, timeoutMs, dispatcher } = endpoint;
  return await shielded(apiKey, async () => {
    const reply = await postJson({ url, apiKey, body: { model, input: texts }, timeoutMs, dispatcher }, signal);
    if (reply.status !== 200) throw refusal(url, reply);
    return inOrder(parsedJson(url, reply.text), texts.length, url);
  });
}

/** `data` put in the order of its `index` fields; providers that leave `index` out are taken to answer in order. */
function inOrder(body: unknown, count: number, url: string): number[][] {
  const data = (Object(body) as Record<string, unknown>)["data"];
  if (!Array.isArray(data)) throw malformed(url, 'the answer has no "data" list');
  if (data.length !== count) throw malformed(url, `${data.length} vectors came back for ${count} texts`);
  const vectors = Array.from<number[] | undefined>({ length: count });
  data.forEach((item: unknown, position) => {
    const { index, embedding } = Object(item) as Record<string, unknown>;
    const at = typeof index === "number" ? index : position;
    if (!Number.isInteger(at) || at < 0 || at >= count) throw malformed(url, `a vector has index ${at} of ${count}`);
    if (vectors[at] !== undefined) throw malformed(url, `two vectors have the index ${at}`);
    if (!Array.isArray(embedding)) throw malformed(url, `vector ${at} is not a list of numbers`);
    vectors[at] = embedding as number[];
  });
  return vectors as number[][];
}

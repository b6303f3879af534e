/**
 * One POST to an OpenAI-compatible `/embeddings`: texts in, vectors out in the same order, or an EndpointError.
 * No retries, no batching, no caching: those are the caller's. Redirects are refused, since the key rides along.
 */
import { type Dispatcher, request } from "undici";
import { EndpointError, isRetriableStatus, retryAfterMs } from "./endpoint-error.ts";

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

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** Vectors of the texts, one each, in order. Throws EndpointError; or the signal's reason when it is aborted. */
export async function requestEmbeddings(
  endpoint: EmbeddingsEndpoint,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<number[][]> {
  const url = `${endpoint.baseUrl.replace(/\/+$/, "")}/embeddings`;
  const reply = await post(url, endpoint, texts, signal);
  if (reply.status !== 200) throw refusal(url, reply, endpoint.apiKey);
  return inOrder(parsed(url, reply.text), texts.length, url);
}

async function post(
  url: string,
  endpoint: EmbeddingsEndpoint,
  texts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Reply> {
  const deadline = AbortSignal.timeout(endpoint.timeoutMs);
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: endpoint.dispatcher,
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(endpoint.apiKey !== undefined && { authorization: `Bearer ${endpoint.apiKey}` }),
      },
      body: JSON.stringify({ model: endpoint.model, input: texts }),
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    return { status: statusCode, headers, text: await body.text() };
  } catch (error) {
    signal?.throwIfAborted();
    const why = deadline.aborted ? `gave no answer within ${endpoint.timeoutMs} ms` : "could not be reached";
    const detail = error instanceof Error && !deadline.aborted ? ` (${reasonOf(error)})` : "";
    throw new EndpointError({ problem: why + detail, where: url, retriable: true, cause: error });
  }
}

function refusal(url: string, { status, headers, text }: Reply, apiKey: string | undefined): EndpointError {
  if (status >= 300 && status < 400) {
    return new EndpointError({
      problem: `answered ${status}, a redirect, which is refused`,
      where: url,
      status,
      retriable: false,
      mend: "Give the endpoint's final address as base URL",
    });
  }
  const said = messageIn(text);
  const safe = apiKey ? said.replaceAll(apiKey, "[key]") : said;
  const header = headers["retry-after"];
  return new EndpointError({
    problem: `answered ${status}${safe && `: ${safe.slice(0, 300)}`}`,
    where: url,
    status,
    retriable: isRetriableStatus(status),
    retryAfterMs: retryAfterMs(Array.isArray(header) ? header[0] : header, Date.now()),
    mend: mendFor(status),
  });
}

function mendFor(status: number): string | undefined {
  if (status === 401 || status === 403) return "Check the API key and what it may do";
  if (status === 404) return "Check the model's name and the base URL (it usually ends in /v1)";
  if (status === 413) return "Send fewer characters per batch";
  return undefined;
}

/** The human part of an error body: OpenAI's {error: {message}}, others' {message} or {detail}, or the text. */
function messageIn(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text.trim();
    throw error;
  }
  const { error, message, detail } = Object(body) as Record<string, unknown>;
  const inner = (Object(error) as Record<string, unknown>)["message"];
  const said = [inner, error, message, detail].find((value) => typeof value === "string");
  return typeof said === "string" ? said : text.trim();
}

function parsed(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(url, "the answer is not JSON", error);
  }
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

function malformed(url: string, problem: string, cause?: unknown): EndpointError {
  const mend = "Check that the base URL is an OpenAI-compatible endpoint";
  return new EndpointError({ problem, where: url, retriable: false, mend, cause });
}

function reasonOf(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code;
  return code ?? error.message;
}

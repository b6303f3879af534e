/** The `fetch` that packages of the AI SDK are given: our deadlines, no redirects, a cap on the body. */
import { fetch as undiciFetch, Response } from "undici";
import type { Agent, RequestInfo, RequestInit } from "undici";
import type { CallDeadlines } from "../core/chat.ts";
import { EndpointError } from "./endpoint-error.ts";
import { mostAnswerBytes } from "./exchange.ts";

/** A fetch for one call. `onAnswer` is told when the reply's head has come. */
export function boundedFetch(
  agent: Agent,
  { firstByteMs, idleMs }: CallDeadlines,
  onAnswer: () => void,
  mostBytes = mostAnswerBytes,
): (input: RequestInfo, init?: RequestInit) => Promise<Response> {
  const dispatcher = agent.compose(
    (dispatch) => (options, handler) =>
      dispatch({ ...options, headersTimeout: firstByteMs, bodyTimeout: idleMs }, handler),
  );
  return async (input, init) => {
    const reply = await undiciFetch(input, { ...init, dispatcher, redirect: "manual" });
    onAnswer();
    if (reply.body === null) return reply;
    const { status, statusText, headers } = reply;
    return new Response(reply.body.pipeThrough(cap(reply.url, mostBytes)), { status, statusText, headers });
  };
}

function cap(url: string, mostBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes <= mostBytes) return controller.enqueue(chunk);
      const problem = `the answer is longer than ${mostBytes} bytes`;
      controller.error(new EndpointError({ problem, where: url, failure: "malformed", retriable: false }));
    },
  });
}

/**
 * Passes a stream on, byte for byte, line by line: a line that was cut in the middle never reaches the client, so that the
 * error event which then ends the stream can be read. The endpoint is held back while the client does not read.
 */
import type { ServerResponse } from "node:http";
import { EndpointError } from "../../providers/endpoint-error.ts";
import type { StreamFlow } from "../upstream/held-answer.ts";
import type { AnswerWatch } from "../upstream/answer-watch.ts";

export interface RelayedStream {
  readonly flow: StreamFlow;
  readonly watch: AnswerWatch;
  readonly label: string;
  readonly response: ServerResponse;
  /** a client that takes nothing for so long is given up */
  readonly clientIdleMs: number;
  readonly clean: (chunk: Buffer) => Buffer;
  readonly onSlowClient: () => void;
}

/** Settles when the stream is over: undefined when it is whole, else what broke it. */
export function relayStream({
  flow,
  watch,
  label,
  response,
  ...options
}: RelayedStream): Promise<EndpointError | undefined> {
  return new Promise((resolve) => {
    const lines = new WholeLines();
    let slow: NodeJS.Timeout | undefined;
    let isOver = false;
    response.on("drain", () => {
      clearTimeout(slow);
      flow.resume();
    });
    const write = (bytes: Buffer): void => {
      if (bytes.length === 0 || response.destroyed || response.write(options.clean(bytes)) || isOver) return;
      flow.pause();
      clearTimeout(slow);
      slow = setTimeout(options.onSlowClient, options.clientIdleMs);
    };
    const finish = (error: EndpointError | undefined): void => {
      isOver = true;
      if (error === undefined) write(lines.rest());
      clearTimeout(slow);
      resolve(error);
    };
    flow.start({
      data: (chunk) => write(lines.take(chunk)),
      end: () => finish(brokenEnd(watch, label)),
      failed: (error) => finish(watch.isOver() ? undefined : error),
    });
  });
}

const lineFeed = 0x0a;
const nothing = Buffer.alloc(0);

/** Bytes as they come, given back as whole lines. */
class WholeLines {
  /** of a line that is not whole */
  #pieces: Buffer[] = [];

  /** The lines that are whole with this chunk. */
  take(chunk: Buffer): Buffer {
    const end = chunk.lastIndexOf(lineFeed) + 1;
    if (end === 0) {
      this.#pieces.push(chunk);
      return nothing;
    }
    if (end === chunk.length && this.#pieces.length === 0) return chunk;
    const whole = Buffer.concat([...this.#pieces, chunk.subarray(0, end)]);
    this.#pieces = end < chunk.length ? [chunk.subarray(end)] : [];
    return whole;
  }

  /** All that is left. */
  rest(): Buffer {
    return this.#pieces.length > 0 ? Buffer.concat(this.#pieces) : nothing;
  }
}

/** What is wrong with an end, if anything: half an event is as good as none, an error in the last one is told. */
function brokenEnd(watch: AnswerWatch, label: string): EndpointError | undefined {
  try {
    return watch.isWhole() ? undefined : cut(label);
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error;
    return error.failure === "malformed" ? cut(label) : error;
  }
}

function cut(label: string): EndpointError {
  const problem = "broke off its answer (the stream ended early)";
  return new EndpointError({ problem, where: label, failure: "cut", retriable: true });
}

/**
 * Passes a stream on, byte for byte, line by line: a line that was cut in the middle never reaches the client, so that the
 * error event which then ends the stream can be read. The endpoint is held back while the client does not read. Pieces that came
 * in one packet go out in one: each piece of its own is three writes.
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
    let [isDue, isOver] = [false, false];
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
    const flush = (): void => {
      isDue = false;
      write(lines.take());
    };
    const finish = (error: EndpointError | undefined): void => {
      isOver = true;
      flush();
      if (error === undefined) write(lines.rest());
      clearTimeout(slow);
      resolve(error);
    };
    flow.start({
      data(chunk) {
        lines.add(chunk);
        if (!isDue && !isOver) queueMicrotask(flush);
        isDue = true;
      },
      end: () => finish(brokenEnd(watch, label)),
      failed: (error) => finish(watch.isOver() ? undefined : error),
    });
  });
}

const lineFeed = 0x0a;
const nothing = Buffer.alloc(0);

/** Bytes as they come, given back as whole lines. */
class WholeLines {
  #pieces: Buffer[] = [];

  add(chunk: Buffer): void {
    this.#pieces.push(chunk);
  }

  /** The lines that are whole by now. */
  take(): Buffer {
    const bytes = this.rest();
    const end = bytes.lastIndexOf(lineFeed) + 1;
    if (end === bytes.length) return bytes;
    this.#pieces.push(bytes.subarray(end));
    return bytes.subarray(0, end);
  }

  /** All that is left. */
  rest(): Buffer {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces.length > 1 ? Buffer.concat(pieces) : (pieces[0] ?? nothing);
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

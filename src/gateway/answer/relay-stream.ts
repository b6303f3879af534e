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

const lineFeed = 0x0a;

/** Settles when the stream is over: undefined when it is whole, else what broke it. */
export function relayStream({
  flow,
  watch,
  label,
  response,
  ...options
}: RelayedStream): Promise<EndpointError | undefined> {
  return new Promise((resolve) => {
    let rest: Buffer | undefined;
    let slow: NodeJS.Timeout | undefined;
    response.on("drain", () => {
      clearTimeout(slow);
      flow.resume();
    });
    const write = (bytes: Buffer): void => {
      if (bytes.length === 0 || response.destroyed || response.write(options.clean(bytes))) return;
      flow.pause();
      clearTimeout(slow);
      slow = setTimeout(options.onSlowClient, options.clientIdleMs);
    };
    const finish = (error: EndpointError | undefined): void => {
      clearTimeout(slow);
      resolve(error);
    };
    flow.start({
      data(chunk) {
        const whole = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
        const end = whole.lastIndexOf(lineFeed) + 1;
        rest = end === whole.length ? undefined : whole.subarray(end);
        write(end === whole.length ? whole : whole.subarray(0, end));
      },
      end() {
        if (!watch.isWhole()) return finish(cut(label));
        if (rest) write(rest);
        finish(undefined);
      },
      failed: finish,
    });
  });
}

function cut(label: string): EndpointError {
  const problem = "broke off its answer (the stream ended early)";
  return new EndpointError({ problem, where: label, failure: "cut", retriable: true });
}

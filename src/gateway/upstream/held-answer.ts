/** An answer of an endpoint, held back until it is known that it is one. */
import type { IncomingHttpHeaders } from "node:http";
import type { EndpointError } from "../../providers/endpoint-error.ts";

/** Takes a stream that has begun. */
export interface StreamSink {
  data(chunk: Buffer): void;
  /** Over, by the endpoint's word. */
  end(): void;
  failed(error: EndpointError): void;
}

/** The valve of a stream: nothing flows before `start`. */
export interface StreamFlow {
  start(sink: StreamSink): void;
  pause(): void;
  resume(): void;
}

export type HeldAnswer =
  | { readonly kind: "whole"; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }
  | {
      readonly kind: "stream";
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly flow: StreamFlow;
      /** from sending to the first token */
      readonly firstTokenMs: number;
    };

/** What looks on at calls to models: spans, metrics. It changes nothing, and what goes wrong in it is not the call's. */
import type { ChatCompletion, ChatRequest } from "../core/chat.ts";

/** Who is asked, as the conventions of OpenTelemetry name it. */
export interface CallSubject {
  /** the maker or gateway, e.g. "openai", "gcp.gemini" */
  readonly provider: string;
  /** host and port of the endpoint; undefined where it is not known */
  readonly address: string | undefined;
  readonly port: number | undefined;
}

export type CallResult =
  | { readonly completion: ChatCompletion }
  /** status, or kind of failure, and never what the endpoint said: that may quote the prompt */
  | { readonly errorType: string };

export interface CallObserver {
  /** Told when a call goes out; gives what is to be told when it is over. */
  begin(subject: CallSubject, request: ChatRequest): (result: CallResult) => void;
}

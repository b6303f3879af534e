/** Where one model can be asked: from the configuration only, never from a client. */
import type { Dispatcher } from "undici";
import type { Price } from "../../prices/price.ts";
import type { ClientFormat } from "../api-error.ts";

export interface Endpoint {
  /** "gpt-5 at api.openai.com": what errors, logs and metrics call it; no path, no key */
  readonly label: string;
  readonly origin: string;
  /** of the base URL, without a slash at its end; the call's own path is appended */
  readonly basePath: string;
  /** of every call: the content type, the key, what the format wants beside it; a client's own ones win */
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
}

export interface ServedModel {
  /** the user's name of it, which is the router's */
  readonly name: string;
  /** the provider's name of it */
  readonly upstreamName: string;
  readonly format: ClientFormat;
  /** at least one; the load is spread over them */
  readonly endpoints: readonly Endpoint[];
  readonly price: Price | undefined;
  /** tokens of prompt and answer together that it takes; undefined = not stated */
  readonly contextTokens: number | undefined;
}

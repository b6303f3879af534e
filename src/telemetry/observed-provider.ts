/** A provider whose calls are looked on at: each attempt is one call. */
import type { ChatProvider } from "../core/chat.ts";
import { EndpointError } from "../providers/endpoint-error.ts";
import type { CallObserver, CallSubject } from "./call-observer.ts";

export function observedProvider(
  provider: ChatProvider,
  subject: CallSubject,
  observers: readonly CallObserver[],
): ChatProvider {
  return {
    async complete(request, options) {
      const ends = observers.map((observer) => observer.begin(subject, request));
      try {
        const completion = await provider.complete(request, options);
        for (const end of ends) end({ completion });
        return completion;
      } catch (error) {
        const errorType = errorTypeOf(error, options.signal);
        for (const end of ends) end({ errorType });
        throw error;
      }
    },
    close: () => provider.close(),
  };
}

/** The status where there was a reply, else the kind of failure: a small set of words. */
function errorTypeOf(error: unknown, signal: AbortSignal | undefined): string {
  if (signal?.aborted) return "cancelled";
  if (!(error instanceof EndpointError)) return "_OTHER";
  const { status, failure } = error;
  return status !== undefined && status >= 400 ? String(status) : failure;
}

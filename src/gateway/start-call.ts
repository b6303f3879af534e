/** The beginning of a call: from here on its client, its deadline and the gateway itself can end it. */
import type { ServerResponse } from "node:http";
import { EndpointError } from "../providers/endpoint-error.ts";
import { CallStop } from "./call-stop.ts";
import type { GatewayContext } from "./gateway-context.ts";
import type { ModelChoice } from "./model-choice.ts";
import { ClientLeft } from "./running-call.ts";
import type { RunningCall } from "./running-call.ts";
import type { Wire } from "./wires/wire.ts";

const noChoice: ModelChoice = { chain: [], decision: undefined };

export function startCall(
  { settings, running, isDraining }: Pick<GatewayContext, "settings" | "running" | "isDraining">,
  wire: Wire,
  { requestId, response }: { readonly requestId: string; readonly response: ServerResponse },
): RunningCall {
  const stop = new CallStop();
  // Its head came before the stop did, its body after: nobody else closes its line.
  if (isDraining()) response.setHeader("connection", "close");
  const { totalSeconds } = settings.deadlines;
  const late = setTimeout(() => {
    const problem = `gave no whole answer within ${totalSeconds} s, all attempts together`;
    stop.now(new EndpointError({ problem, where: "the models asked", failure: "deadline", retriable: false }));
  }, totalSeconds * 1000);
  const onClose = (): void => {
    if (!response.writableFinished) stop.now(new ClientLeft("the client left"));
  };
  response.on("close", onClose);
  // It may have left while its key was looked up: nobody tells of that again.
  if (response.destroyed) onClose();
  const call: RunningCall = {
    requestId,
    wire,
    response,
    startedAt: performance.now(),
    stop,
    place: -1,
    failures: [],
    givenUp: undefined,
    body: undefined,
    asked: "",
    promptCharacters: 0,
    expected: undefined,
    wantsStream: false,
    explain: false,
    choice: noChoice,
    forwarded: undefined,
    key: undefined,
    guard: undefined,
    takenTokens: NaN,
    session: undefined,
    rejected: undefined,
    close() {
      clearTimeout(late);
      response.off("close", onClose);
      running.delete(call);
    },
  };
  running.add(call);
  return call;
}

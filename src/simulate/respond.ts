/** Sends one simulated answer, at the simulation's pace and with what the fault does to it. */
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { replyPieces } from "./chat-reply.ts";
import type { Fault, Simulation } from "./script.ts";
import type { ChatAsked, Served, WireFormat } from "./wire-format.ts";

export interface Reply {
  readonly format: WireFormat;
  readonly asked: ChatAsked;
  readonly served: Served;
  readonly fault: Fault | undefined;
}

/** Whether a whole answer was sent. A client that hangs up is no error. */
export async function respond(response: ServerResponse, reply: Reply, pace: Simulation): Promise<boolean> {
  const { format, asked, served, fault } = reply;
  if (fault?.kind === "hang") return false;
  if (fault?.kind === "status") return refuseAs(response, format, fault);
  const waitMs = pace.firstTokenMs + (fault?.kind === "slow" ? 1000 * fault.seconds : 0);
  if (waitMs > 0) await pause(waitMs);
  response.setHeader("content-type", asked.stream ? "text/event-stream" : "application/json");
  return await send(response, replyPieces(format, asked, served, fault), {
    fault,
    perTokenMs: asked.stream ? pace.perTokenMs : 0,
  });
}

async function send(
  response: ServerResponse,
  pieces: readonly string[],
  { fault, perTokenMs }: { readonly fault: Fault | undefined; readonly perTokenMs: number },
): Promise<boolean> {
  if (fault?.kind === "cut") return cut(response, pieces.join(""));
  if (fault?.kind === "drip") return await drip(response, pieces.join(""), fault.seconds);
  if (perTokenMs > 0) return await paced(response, pieces, perTokenMs);
  // One write: head and body together, and the length is told.
  response.end(pieces.join(""));
  return true;
}

function refuseAs(response: ServerResponse, format: WireFormat, fault: Fault): boolean {
  const { status, retryAfterSeconds } = fault;
  if (retryAfterSeconds !== undefined) response.setHeader("retry-after", String(retryAfterSeconds));
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.end(format.error(status, "scripted to fail"));
  return false;
}

async function paced(response: ServerResponse, pieces: readonly string[], perTokenMs: number): Promise<boolean> {
  for (const piece of pieces) {
    if (response.destroyed) return false;
    response.write(piece);
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other, at the model's pace
    await pause(perTokenMs);
  }
  response.end();
  return !response.destroyed;
}

/** Half of the answer, then the line goes dead. */
function cut(response: ServerResponse, whole: string): boolean {
  response.write(whole.slice(0, Math.ceil(whole.length / 2)), () => response.destroy());
  return false;
}

/** The answer in ten parts, `seconds` in all. */
async function drip(response: ServerResponse, whole: string, seconds: number): Promise<boolean> {
  const step = Math.ceil(whole.length / 10);
  for (let at = 0; at < whole.length && !response.destroyed; at += step) {
    response.write(whole.slice(at, at + step));
    // oxlint-disable-next-line no-await-in-loop -- slowness is the point
    await pause(seconds * 100);
  }
  response.end();
  return !response.destroyed;
}

/** Holds no process open: a server that is closed in between is closed. */
async function pause(milliseconds: number): Promise<void> {
  await sleep(milliseconds, undefined, { ref: false });
}

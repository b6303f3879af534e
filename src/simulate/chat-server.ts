/**
 * A simulated provider over HTTP: OpenAI's chat format, streaming included, with the faults its script asks for.
 * For demonstrations, tests and benches; it listens on this machine only.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../core/errors.ts";
import { simulatedChat, streamedEvents, wholeBody } from "./chat-reply.ts";
import type { SimulatedReply } from "./chat-reply.ts";
import { simulatedModels } from "./pool.ts";
import { faultOf } from "./script.ts";
import type { Fault, Simulation } from "./script.ts";

export interface SimulatorCounts {
  requests: number;
  answered: number;
  faults: number;
}

export interface Simulator {
  /** "http://127.0.0.1:PORT/v1" */
  readonly baseUrl: string;
  readonly counts: Readonly<SimulatorCounts>;
  close(): Promise<void>;
}

interface ChatBody {
  readonly model: string;
  readonly prompt: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

/** Starts it; port 0 = any free one. @throws UsageError when the port is taken */
export async function startSimulator(simulation: Simulation, port = 0): Promise<Simulator> {
  const counts: SimulatorCounts = { requests: 0, answered: 0, faults: 0 };
  const answer = answerer(simulation, counts);
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new UsageError({ problem: cause.message, where: `port ${port}`, mend: "Choose another with --port", cause }),
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    counts,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerer(
  simulation: Simulation,
  counts: SimulatorCounts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const chat = simulatedChat(simulation);
  const attempts = new Map<string, number>();
  const mayFail = simulation.faults.length > 0;
  return async (request, response) => {
    const text = await bodyText(request);
    if (request.method === "GET" && request.url === "/v1/models") return listModels(response);
    if (request.method !== "POST" || request.url !== "/v1/chat/completions")
      return refuse(response, 404, `there is no ${request.method} ${request.url} here`);
    const body = chatBody(text);
    if (body === undefined) return refuse(response, 400, "model and messages are needed, as JSON");
    counts.requests++;
    let fault: Fault | undefined;
    if (mayFail) {
      const place = `${body.model}\n${body.prompt}`;
      const attempt = (attempts.get(place) ?? 0) + 1;
      attempts.set(place, attempt);
      fault = faultOf(simulation, body.model, body.prompt, attempt);
      if (fault) counts.faults++;
    }
    const id = `sim-${counts.requests}`;
    if (await send(response, id, body, chat(body.model, body.prompt), simulation, fault)) counts.answered++;
  };
}

/** Whether a whole answer was sent. */
async function send(
  response: ServerResponse,
  id: string,
  body: ChatBody,
  reply: SimulatedReply,
  { firstTokenMs, perTokenMs }: Simulation,
  fault: Fault | undefined,
): Promise<boolean> {
  if (fault?.kind === "hang") return false;
  if (fault?.kind === "status") {
    const after = fault.retryAfterSeconds;
    refuse(response, fault.status, "scripted to fail", after === undefined ? {} : { "retry-after": String(after) });
    return false;
  }
  const waitMs = firstTokenMs + (fault?.kind === "slow" ? 1000 * fault.seconds : 0);
  if (waitMs > 0) await sleep(waitMs);
  const pieces = body.stream
    ? streamedEvents(id, body.model, reply, body.includeUsage, fault)
    : [wholeBody(id, body.model, reply, fault)];
  response.writeHead(200, { "content-type": body.stream ? "text/event-stream" : "application/json" });
  if (fault?.kind === "cut") return cut(response, pieces);
  if (fault?.kind === "drip") return await drip(response, pieces, fault.seconds);
  for (const piece of pieces) {
    if (response.destroyed) return false;
    response.write(piece);
    // oxlint-disable-next-line no-await-in-loop -- one piece after the other, at the model's pace
    if (body.stream && perTokenMs > 0) await sleep(perTokenMs);
  }
  response.end();
  return true;
}

/** Half of the answer, then the line goes dead. */
function cut(response: ServerResponse, pieces: readonly string[]): boolean {
  const whole = pieces.join("");
  response.write(whole.slice(0, Math.ceil(whole.length / 2)), () => response.destroy());
  return false;
}

/** The answer in ten parts, `seconds` in all. */
async function drip(response: ServerResponse, pieces: readonly string[], seconds: number): Promise<boolean> {
  const whole = pieces.join("");
  const step = Math.ceil(whole.length / 10);
  for (let at = 0; at < whole.length && !response.destroyed; at += step) {
    response.write(whole.slice(at, at + step));
    // oxlint-disable-next-line no-await-in-loop -- slowness is the point
    await sleep(seconds * 100);
  }
  response.end();
  return !response.destroyed;
}

function listModels(response: ServerResponse): void {
  const data = simulatedModels.map(({ id }) => ({ id, object: "model", owned_by: "simulated" }));
  sendJson(response, 200, { object: "list", data });
}

function refuse(response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  sendJson(response, status, { error: { message, type: "simulated" } }, headers);
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

async function bodyText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** What is asked; the prompt is the last user message. Undefined when it is not a chat request. */
function chatBody(text: string): ChatBody | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { model, messages, stream, stream_options: options } = Object(parsed) as Record<string, unknown>;
  if (typeof model !== "string" || !Array.isArray(messages)) return undefined;
  const last = messages.findLast((message: unknown) => Object(message).role === "user") as { content?: unknown };
  const prompt = Object(last).content;
  if (typeof prompt !== "string") return undefined;
  return { model, prompt, stream: stream === true, includeUsage: Object(options).include_usage === true };
}

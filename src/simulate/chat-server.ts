/**
 * A simulated provider over HTTP, in OpenAI's and in Anthropic's format, streaming included, with the faults its script asks
 * for. For demonstrations, tests and benches; it listens on this machine only.
 */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { UsageError } from "../core/errors.ts";
import { anthropicWire } from "./anthropic-wire.ts";
import { simulatedChat } from "./chat-reply.ts";
import { openAiWire } from "./openai-wire.ts";
import { simulatedModels } from "./pool.ts";
import { respond } from "./respond.ts";
import { faultOf } from "./script.ts";
import type { Fault, Simulation } from "./script.ts";
import type { ChatAsked, WireFormat } from "./wire-format.ts";

export interface SimulatorCounts {
  /** chats asked for, in a form that could be read */
  requests: number;
  /** of them, answered whole */
  answered: number;
  /** of them, met by a fault of the script */
  faults: number;
}

export interface Simulator {
  /** "http://127.0.0.1:PORT/v1" */
  readonly baseUrl: string;
  readonly counts: Readonly<SimulatorCounts>;
  close(): Promise<void>;
}

/** Starts it; port 0 = any free one. @throws UsageError when the port cannot be had */
export async function startSimulator(simulation: Simulation, port = 0): Promise<Simulator> {
  const counts: SimulatorCounts = { requests: 0, answered: 0, faults: 0 };
  const answer = answerer(simulation, counts);
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  // A client that comes back to a connection just as it is closed for idleness meets a reset: let it stay open.
  server.keepAliveTimeout = 600_000;
  await listen(server, port);
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    counts,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const refused = (cause: NodeJS.ErrnoException): void => {
      const problem = cause.code === "EADDRINUSE" ? "the port is taken" : cause.message;
      reject(new UsageError({ problem, where: `port ${port}`, mend: "Choose another; 0 = any free one.", cause }));
    };
    server.once("error", refused);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", refused);
      resolve();
    });
  });
}

const formats = new Map<string, WireFormat>([openAiWire, anthropicWire].map((format) => [format.path, format]));

type Answerer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function answerer(simulation: Simulation, counts: SimulatorCounts): Answerer {
  const chat = simulatedChat(simulation);
  const nextFault = faults(simulation);
  return async (request, response) => {
    const text = await bodyText(request);
    const { method, url = "" } = request;
    if (method === "GET" && url === "/v1/models") return sendJson(response, 200, modelList);
    const format = method === "POST" ? formats.get(url) : undefined;
    if (format === undefined) return refuse(response, openAiWire, 404, `there is no ${method} ${url} here`);
    const body = parsed(text);
    if (body === undefined) return refuse(response, format, 400, "the body is not JSON");
    const asked = format.asked(body);
    if (asked === undefined) return refuse(response, format, 400, neededWords);
    const id = `sim-${++counts.requests}`;
    const fault = nextFault(asked);
    if (fault) counts.faults++;
    const served = { id, model: asked.model, ...chat(asked) };
    if (await respond(response, { format, asked, served, fault }, simulation)) counts.answered++;
  };
}

/** The fault for the next attempt at a prompt; without a script nothing is counted, so that nothing is kept. */
function faults(simulation: Simulation): (asked: ChatAsked) => Fault | undefined {
  if (simulation.faults.length === 0) return () => undefined;
  const attempts = new Map<string, number>();
  return ({ model, prompt }) => {
    const place = `${model}\n${prompt}`;
    const attempt = (attempts.get(place) ?? 0) + 1;
    attempts.set(place, attempt);
    return faultOf(simulation, model, prompt, attempt);
  };
}

const neededWords =
  "model and messages are needed; a limit of tokens is a whole number, 1 or more, and Anthropic's format wants one";

const modelList = JSON.stringify({
  object: "list",
  data: simulatedModels.map(({ id }) => ({ id, object: "model", created: 0, owned_by: "simulated" })),
});

function refuse(response: ServerResponse, format: WireFormat, status: number, message: string): void {
  sendJson(response, status, format.error(status, message));
}

function sendJson(response: ServerResponse, status: number, body: string): void {
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.end(body);
}

/** By events: nearly every body is one piece, and an iterator would cost more than the answer. */
async function bodyText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  return await new Promise((resolve, reject) => {
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => resolve(parts.length === 1 ? String(parts[0]) : Buffer.concat(parts).toString()));
    request.on("error", reject);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

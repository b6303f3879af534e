/** An endpoint that does what a test says to a raw socket, so that no fault is out of reach; it tells when its client leaves. */
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface FaultServer {
  readonly url: string;
  /** connections made so far */
  connections: number;
  /** requests whose body has come whole */
  requests: number;
  /** resolves when a line on which a request came is closed by the other side */
  readonly left: Promise<void>;
}

/** What to do with a request that has come, its number from 0. */
export type Fault = (socket: Socket, nth: number) => void;

export async function faultServer(fault: Fault): Promise<FaultServer> {
  const sockets = new Set<Socket>();
  let tellLeft = (): void => undefined;
  const left = new Promise<void>((resolve) => (tellLeft = resolve));
  const server = createServer((socket) => {
    found.connections++;
    sockets.add(socket);
    let said = "";
    let asked = false;
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      if (asked) tellLeft();
    });
    socket.on("data", (chunk: Buffer) => {
      said += chunk.toString("latin1");
      const [head = "", body = ""] = said.split("\r\n\r\n", 2);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? NaN);
      if (!said.includes("\r\n\r\n") || body.length < length) return;
      said = "";
      asked = true;
      fault(socket, found.requests++);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const found: FaultServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    connections: 0,
    requests: 0,
    left,
  };
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return found;
}

/** An HTTP reply as it goes over the line. */
export function reply(status: number, headers: Readonly<Record<string, string>>, body: string): string {
  const all = { "content-length": String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Said\r\n${lines.join("")}\r\n${body}`;
}

/** The head of a streamed reply, and a piece of it. */
export const streamHead = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

export function piece(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

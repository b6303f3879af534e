/** Sends bytes as they are, as no client would, and gives what comes back until the other side hangs up or an answer is whole. */
import { once } from "node:events";
import { connect } from "node:net";

export async function rawRequest(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let said = "";
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => {
    said += chunk.toString();
    if (said.includes("\r\n\r\n{") || said.startsWith("HTTP/1.1 4")) socket.end();
  });
  socket.write(text);
  await once(socket, "close");
  return said;
}

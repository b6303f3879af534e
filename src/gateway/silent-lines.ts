/**
 * Lines on which nobody has said a word, as clients keep spare ones and open a new one for one that they cut. Node takes them for
 * busy until the time for their headers is over, and a stop would wait for that.
 */
import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Looks on from now; gives what closes them. */
export function silentLines(server: Server): () => void {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  };
}

/** The lines that clients have open, for a stop: Node closes of its own accord only those on which a request has been answered. */
import type { Server } from "node:http";
import type { Socket } from "node:net";

export interface OpenLines {
  /**
   * Closes those on which nobody has said a word, as clients keep spare ones and open a new one for one that they cut. Node takes
   * them for busy until the time for their headers is over.
   */
  closeSilent(): void;
  /** Closes those on which nothing is being answered, a request that has not come whole included: once it stops Node looks at no deadline of it. */
  closeExcept(answering: ReadonlySet<Socket | null>): void;
}

/** Looks on from now. */
export function openLines(server: Server): OpenLines {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return {
    closeSilent() {
      for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    },
    closeExcept(answering) {
      // What is written already may still go out: who does not take it is given up soon (answer/give-up-slow-client.ts).
      for (const socket of open) if (!answering.has(socket) && socket.writableLength === 0) socket.destroy();
    },
  };
}

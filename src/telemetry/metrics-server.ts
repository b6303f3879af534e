/** Serves metrics to a Prometheus on this machine: GET /metrics, on loopback only. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";
import { UsageError } from "../core/errors.ts";

export interface MetricsServer {
  /** "http://127.0.0.1:PORT/metrics" */
  readonly url: string;
  close(): Promise<void>;
}

/** Port 0 = any free one. @throws UsageError when the port is taken */
export async function serveMetrics(registry: Registry, port: number): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url?.split("?")[0] !== "/metrics") {
      response.writeHead(404).end("GET /metrics\n");
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
      (error: unknown) => response.destroy(error as Error),
    );
  });
  await new Promise<void>((resolve, reject) => {
    const mend = "Choose another port for the metrics; 0 is any free one";
    server.once("error", (cause) =>
      reject(new UsageError({ problem: cause.message, where: `port ${port}`, mend, cause })),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

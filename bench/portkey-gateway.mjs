/**
 * The gateway @portkey-ai/gateway, to be measured beside ours. It is no dependency: install it in a folder of its own and name that
 * folder in SIGNALBOX_PORTKEY (npm install --prefix FOLDER --ignore-scripts @portkey-ai/gateway).
 *
 * As installed (1.15.2 on @hono/node-server 1.19.19, Node 20.20) it answers every stream with 500, "TypeError: immutable": the server
 * puts a Response of its own in place of Node's, which hands on the endpoint's headers themselves, and those may not be added to. So
 * for streams Node's own Response is put back once it serves.
 */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";

const nativeResponse = `
const native = Response;
const restore = () => Object.defineProperty(globalThis, "Response", { value: native, configurable: true, writable: true });
setInterval(restore, 200).unref();`;

/** Undefined, with the reason, where there is none. */
export function portkeyFolder() {
  const folder = process.env.SIGNALBOX_PORTKEY;
  if (folder) return { folder };
  return { reason: "SIGNALBOX_PORTKEY names no folder in which @portkey-ai/gateway is installed" };
}

/** Starts it before `upstream`; calls need the headers that are given back with its address. */
export async function startPortkey(folder, upstream, { streams }) {
  const port = await freePort();
  const program = join(folder, "node_modules", "@portkey-ai", "gateway", "build", "start-server.js");
  const flags = streams ? ["--import", `data:text/javascript,${encodeURIComponent(nativeResponse)}`] : [];
  const child = spawn(process.execPath, [...flags, program, `--port=${port}`, "--headless"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  const headers = {
    authorization: "Bearer sk-bench",
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `${upstream}/v1`,
  };
  await listening(url, child);
  return { url, headers, child };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(url, child) {
  for (;;) {
    if (child.exitCode !== null) throw new Error("@portkey-ai/gateway ended before it served");
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

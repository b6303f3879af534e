/** A folder with a router fitted on simulated results and a configuration of simulated models, and `signalbox serve` in it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { startSimulator } from "../../src/simulate/chat-server.ts";
import { simulatedResultFiles } from "../../src/simulate/result-files.ts";
import { simulationSchema } from "../../src/simulate/script.ts";
import { writeResultFile } from "../../src/store/write-result-file.ts";
import { signalbox } from "./command-line.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { startCommand } from "./worker-process.ts";
import type { CommandProcess } from "./worker-process.ts";

/** With the routers named, each in the folder of its name; results in "results". */
export async function fittedFolder(...routers: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const file of simulatedResultFiles(10, 7)) {
    // oxlint-disable-next-line no-await-in-loop
    await writeResultFile(join(folder, "results"), file);
  }
  for (const router of routers) {
    // oxlint-disable-next-line no-await-in-loop
    const fit = await signalbox(["fit", "results", "--router", router, "-o", router], { cwd: folder });
    expect(fit.stderr + fit.stdout).not.toMatch(/error/);
  }
  return folder;
}

/** Writes signalbox.yaml, two of the router's models at a simulator; gives the address they are asked at. */
export async function configured(folder: string, gateway = ""): Promise<string> {
  const simulator = await startSimulator(simulationSchema.parse({ promptsPerDomain: 10 }));
  onTestFinished(() => simulator.close());
  await writeConfig(folder, simulator.baseUrl, gateway);
  return simulator.baseUrl;
}

export async function writeConfig(folder: string, baseUrl: string, gateway: string): Promise<void> {
  const models = ["GPT-5", "Qwen3-235B"].map((name) => `  - { name: ${name}, model: ${name}, baseUrl: "${baseUrl}" }`);
  await writeFile(join(folder, "signalbox.yaml"), `schemaVersion: 1\nmodels:\n${models.join("\n")}\n${gateway}`);
}

export interface ServeProcess extends CommandProcess {
  readonly url: string;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

/** Resolves once it serves. */
export async function startServe(folder: string, ...args: readonly string[]): Promise<ServeProcess> {
  const command = startCommand(["serve", "--listen", "127.0.0.1:0", ...args], folder);
  await expect.poll(command.said, { timeout: 60_000 }).toMatch(/base URL for clients/);
  const url = /http:\S+(?=\/v1)/.exec(command.said())?.[0] ?? "";
  return {
    ...command,
    url,
    post: (path, body, headers = {}) =>
      fetch(url + path, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json", ...headers },
      }),
  };
}

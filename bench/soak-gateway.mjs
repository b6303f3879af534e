/** The gateway of the soak, as a user runs it: a router fitted and saved, a signalbox.yaml, and `signalbox serve` in a process of its own. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { saveTextLinear } from "./save-text-linear.mjs";

const commandLine = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

export async function soakGateway(folder, upstreamUrl) {
  const models = await saveTextLinear(join(folder, "router"), { prompts: 300, models: 6, datasets: 3 });
  const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, source: "soak", asOf: "2026-11-01" };
  const config = {
    schemaVersion: 1,
    models: models.map((name) => ({ name, provider: "openai", model: name, baseUrl: `${upstreamUrl}/v1` })),
    prices: Object.fromEntries(models.map((name) => [name, price])),
    gateway: {
      listen: "127.0.0.1:0",
      retries: { firstWaitSeconds: 0.01 },
      // A breaker's rest, and a machine that is too busy to connect, would be faults that nobody ordered.
      breaker: { failureShare: 1 },
      deadlines: { connectSeconds: 120 },
    },
  };
  // JSON is YAML.
  writeFileSync(join(folder, "signalbox.yaml"), JSON.stringify(config));
  const args = ["serve", "--router", join(folder, "router"), "--config", join(folder, "signalbox.yaml"), "--quiet"];
  const child = spawn(process.execPath, [commandLine, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  // Whatever ends the soak ends the gateway.
  process.on("exit", () => child.kill());
  const [line] = await Promise.race([
    once(child.stdout, "data"),
    once(child, "exit").then(() => Promise.reject(new Error("signalbox serve ended before it served"))),
  ]);
  return {
    url: line.toString().trim(),
    rssBytes: () => rssBytes(child.pid),
    /** Ends it as an operator does; resolves when all logs are written. */
    async close() {
      const ended = child.exitCode === null ? once(child, "exit") : undefined;
      child.kill("SIGTERM");
      await ended;
    },
    spendLines: () =>
      readFileSync(join(folder, ".signalbox", "spend.jsonl"), "utf8")
        .trim()
        .split("\n"),
  };
}

function rssBytes(pid) {
  const status = `/proc/${pid}/status`;
  if (existsSync(status)) return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(status, "utf8"))?.[1]) * 1024;
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)]).toString()) * 1024;
}

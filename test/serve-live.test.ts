/** What becomes of a gateway while it serves: its log replayed and fitted, its files read anew. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { simulatedQuestions } from "../src/simulate/pool.ts";
import { signalbox } from "./support/command-line.ts";
import { configured, fittedFolder, startServe, writeConfig } from "./support/serving-folder.ts";
import type { ServeProcess } from "./support/serving-folder.ts";

const questions = simulatedQuestions(10, 7);

/** Asks a question and says what the answer was worth; gives who answered. */
async function askAndScore(server: ServeProcess, model: string, nth: number): Promise<string> {
  const { prompt, answer } = questions[nth]!;
  const response = await server.post("/v1/chat/completions", { model, messages: [{ role: "user", content: prompt }] });
  const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
  const requestId = response.headers.get("x-signalbox-request-id");
  const score = Number(choices[0]!.message.content.trim().endsWith(answer));
  expect((await server.post("/v1/feedback", { requestId, score })).status).toBe(202);
  return response.headers.get("x-signalbox-model") ?? "";
}

test(
  "calls are logged, the log is replayed, and its scored answers become a router",
  { timeout: 180_000 },
  async () => {
    const folder = await fittedFolder("avengers");
    await configured(folder, "gateway: { log: { content: true } }\n");
    const server = await startServe(folder, "--router", "avengers");
    const chosen: string[] = [];
    for (let nth = 0; nth < 40; nth++) {
      // oxlint-disable-next-line no-await-in-loop
      chosen.push(await askAndScore(server, "auto", nth));
      // oxlint-disable-next-line no-await-in-loop
      for (const name of ["GPT-5", "Qwen3-235B"]) if (name !== chosen[nth]) await askAndScore(server, name, nth);
    }
    server.child.kill("SIGTERM");
    expect(await server.ended).toBe(0);

    const replay = await signalbox(["replay", ".signalbox/calls.jsonl", "--json"], { cwd: folder });
    const { decisions, named, routers } = JSON.parse(replay.stdout) as {
      decisions: number;
      named: number;
      routers: { router: string; scored: number; meanScore: number; models: Record<string, number> }[];
    };
    expect([decisions, named, routers.length]).toEqual([40, 40, 1]);
    expect(routers[0]).toMatchObject({ router: "avengers", scored: 40 });
    expect(routers[0]!.models["GPT-5"] ?? 0).toBe(chosen.filter((name) => name === "GPT-5").length);

    const written = await signalbox(["replay", ".signalbox/calls.jsonl", "-o", "live-data"], { cwd: folder });
    expect(written.stderr).toMatch(/80 scored answers of 2 models written to live-data/);
    const fit = await signalbox(["fit", "live-data", "--router", "knn", "-o", "learnt"], { cwd: folder });
    expect([fit.code, existsSync(join(folder, "learnt", "router.json"))]).toEqual([0, true]);
    const anew = await signalbox(["replay", ".signalbox/calls.jsonl", "--router", "learnt"], { cwd: folder });
    expect(anew.stdout).toMatch(
      /learnt on 40 decisions: chooses otherwise in [\d.]+ %[\s\S]*nobody asked the other one/,
    );
    expect(await readFile(join(folder, "learnt", "router.json"), "utf8")).toContain("Qwen3-235B");
  },
);

test("files that change are taken up when they can be read, and told of when not", { timeout: 180_000 }, async () => {
  const folder = await fittedFolder("avengers", "knn");
  const served = (routers: string): string => `gateway: { reload: watch, routers: { ${routers} } }\n`;
  const baseUrl = await configured(folder, served("a: avengers"));
  const server = await startServe(folder);
  const asked = { model: "auto", messages: [{ role: "user", content: "What is 17 * 23?" }] };
  const who = async (): Promise<string | null> =>
    (await server.post("/v1/chat/completions", asked)).headers.get("x-signalbox-router");
  expect(await who()).toBe("a");

  await writeConfig(folder, baseUrl, "gateway: { relaod: watch }\n");
  await expect
    .poll(server.said, { timeout: 60_000 })
    .toMatch(/not reloaded \(a file has changed\).*signalbox\.yaml:5/s);
  expect(await who()).toBe("a");

  await writeConfig(folder, baseUrl, served("b: knn, a: avengers"));
  await expect.poll(server.said, { timeout: 60_000 }).toMatch(/^reloaded: a file has changed$/m);
  expect(await who()).toBe("b");

  server.child.kill("SIGHUP");
  await expect.poll(server.said, { timeout: 60_000 }).toMatch(/^reloaded: SIGHUP$/m);
  expect(await who()).toBe("b");
  server.child.kill("SIGTERM");
  expect(await server.ended).toBe(0);
});

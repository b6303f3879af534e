import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import { servingFit, servingTable } from "../../test/support/serving-fits.ts";
import { toMatrix32 } from "../../test/support/matrices.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { InterruptedError } from "../core/errors.ts";
import { npyBytes } from "../encoders/npy.ts";
import { openEncoder } from "../encoders/registry.ts";
import type { SavedRouter } from "../experiment/artefact.ts";
import { fromRows } from "../math/matrix.ts";
import type { DecideRequest } from "./decider.ts";
import { openDecider } from "./open-decider.ts";
import { inWorkers, openVectorSource, withDeadline } from "./vector-source.ts";

const { signal } = new AbortController();
const vector = Float32Array.of(1, 0);
const never = (): Promise<Float32Array> => new Promise(() => undefined);

describe("a vector within a deadline", () => {
  test("comes as it is when it is in time", async () => {
    const source = withDeadline(() => Promise.resolve(vector), { deadlineMs: 10_000, mostWaiting: 1 });
    expect(await source("text", signal)).toBe(vector);
  });

  test("that is late is said to be late, and the work is told to stop", async () => {
    let stopped = false;
    const source = withDeadline(
      (_, stop) => {
        stop.addEventListener("abort", () => (stopped = true));
        return never();
      },
      { deadlineMs: 5, mostWaiting: 1 },
    );
    expect(await source("text", signal)).toBe("encoder-deadline");
    expect(stopped).toBe(true);
  });

  test("that cannot be had is said to have failed", async () => {
    const source = withDeadline(() => Promise.reject(new Error("no")), { deadlineMs: 10_000, mostWaiting: 1 });
    expect(await source("text", signal)).toBe("encoder-failed");
  });

  test("is late at once when too many texts wait, and those that wait are not", async () => {
    let give: (found: Float32Array) => void = () => undefined;
    const first = new Promise<Float32Array>((resolve) => (give = resolve));
    const source = withDeadline(() => first, { deadlineMs: 10_000, mostWaiting: 1 });
    const waiting = source("text", signal);
    expect(await source("another", signal)).toBe("encoder-deadline");
    give(vector);
    expect(await waiting).toBe(vector);
    expect(await source("a third", signal)).toBe(vector);
  });

  test("is given up when the client leaves", async () => {
    const leaving = new AbortController();
    const source = withDeadline(never, { deadlineMs: 10_000, mostWaiting: 2 });
    const waiting = source("text", leaving.signal);
    leaving.abort();
    await expect(waiting).rejects.toThrow(InterruptedError);
    await expect(source("text", AbortSignal.abort())).rejects.toThrow(InterruptedError);
  });
});

/** knn, fitted on vectors of an endpoint that gives every text the same kind of vector. */
async function behindEndpoint(url: string): Promise<SavedRouter> {
  const { fitted } = await servingFit("knn", servingTable(40));
  const opened = await openEncoder({ kind: "openai", model: "toy", baseUrl: url, dimensions: 40, retries: 0 });
  if (opened.kind !== "ready") throw new Error("an endpoint is ready");
  const encoderSpec = JSON.stringify({ kind: "openai", model: "toy", baseUrl: url, dimensions: 40, retries: 0 });
  return { fitted: { ...fitted, embedding: opened.encoder.fingerprint }, encoderSpec, encoder: null, warnings: [] };
}

const request: DecideRequest = {
  dialogue: [{ role: "user", text: "prove the theorem" }],
  needs: { promptTokens: 0, contextTokens: 0, tools: false, vision: false, json: false },
  controls: {
    router: undefined,
    policy: undefined,
    allowed: undefined,
    excluded: [],
    ceilingUsd: undefined,
    floor: undefined,
    session: undefined,
    explain: false,
  },
  key: undefined,
};

describe("a router behind an endpoint", () => {
  test.each([
    ["that does not answer", "encoder-deadline", "best-single", "strong"],
    ["that does not answer", "encoder-deadline", "cheapest", "cheap"],
    ["that refuses", "encoder-failed", { model: "middle" }, "middle"],
  ] as const)("%s is not waited for: %s, and %j decides", async (how, why, fallback, model) => {
    const server = await scriptedServer((_, response) =>
      how === "that refuses" ? json(response, { error: "no" }, 400) : undefined,
    );
    onTestFinished(() => server.close());
    const routers = { far: await behindEndpoint(server.url) };
    const decider = await openDecider({ routers, fallback, encoderDeadlineMs: how === "that refuses" ? 10_000 : 20 });
    onTestFinished(() => decider.close());
    const decision = await decider.decide(request, signal);
    expect(decision).toMatchObject({ model, fallback: why });
    expect(decision.reason).toContain("fallback policy decided");
    expect(decider.counts.fallbacks[why]).toBe(1);
  });

  test("decides by its vectors when they come in time", async () => {
    const embedding = Array.from({ length: 40 }, (_, i) => Number(i === 0));
    const server = await scriptedServer((_, response) => json(response, { data: [{ index: 0, embedding }] }));
    onTestFinished(() => server.close());
    const decider = await openDecider({ routers: { far: await behindEndpoint(server.url) } });
    onTestFinished(() => decider.close());
    expect(await decider.decide(request, signal)).toMatchObject({ fallback: undefined });
    expect(server.requests).toHaveLength(1);
  });
});

test("a local encoder runs in worker threads and gives the vectors it gives in this one", async () => {
  const folder = await temporaryFolder();
  await writeFile(
    join(folder, "v.npy"),
    npyBytes(
      toMatrix32(
        fromRows([
          [1, 0],
          [0.6, 0.8],
        ]),
      ),
    ),
  );
  await writeFile(join(folder, "v.txt"), "one\ntwo\n");
  const encoderSpec = `file:${join(folder, "v.npy")}`;
  const opened = await openEncoder(encoderSpec);
  if (opened.kind !== "ready") throw new Error("ready-made vectors are ready");
  const options = { deadlineMs: 10_000, threads: 2, mostWaiting: 4 };
  const saved = { encoderSpec, embedding: opened.encoder.fingerprint };
  const source = await inWorkers(saved, options);
  onTestFinished(() => source.close());
  const [one, two, absent] = await Promise.all(
    ["one", "two", "three"].map(async (text) => source.vector(text, signal)),
  );
  expect([one, two]).toEqual([Float32Array.of(1, 0), Float32Array.of(0.6, 0.8)]);
  expect(absent).toBe("encoder-failed");
  const other = { ...opened.encoder.fingerprint, revision: "another" };
  await expect(inWorkers({ encoderSpec, embedding: other }, options)).rejects.toThrow("fitted on vectors of");
});

test("a router that reads no vectors waits for none", async () => {
  const saved = await servingFit("cheapest", servingTable(20));
  const source = await openVectorSource(saved, { deadlineMs: 1, threads: 1, mostWaiting: 1 });
  expect(source.vector("text", signal)).toEqual(new Float32Array(0));
});

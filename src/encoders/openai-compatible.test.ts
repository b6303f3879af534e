import { describe, expect, it, onTestFinished } from "vitest";
import { json, scriptedServer, type Answer, type ScriptedServer } from "../../test/support/scripted-server.ts";
import type { Encoder } from "../core/encoder.ts";
import { EncodeError, InterruptedError, PrerequisiteError, UsageError } from "../core/errors.ts";
import { row } from "../math/matrix.ts";
import { connectOpenAiCompatible, openAiCompatibleSchema } from "./openai-compatible.ts";

const inputsOf = (body: string): string[] => (JSON.parse(body) as { input: string[] }).input;
const vectorOf = (text: string): number[] => [text.length, 1, 2];
const vectors = (texts: string[]): object => ({
  data: texts.map((text, index) => ({ index, embedding: vectorOf(text) })),
});
const wellBehaved: Answer = ({ body }, response) => json(response, vectors(inputsOf(body)));

async function serverFor(answer: Answer): Promise<ScriptedServer> {
  const server = await scriptedServer(answer);
  onTestFinished(() => server.close());
  return server;
}

async function connected(answer: Answer, options: object = {}): Promise<{ server: ScriptedServer; encoder: Encoder }> {
  const server = await serverFor(answer);
  const spec = openAiCompatibleSchema.parse({
    kind: "openai",
    model: "tiny",
    baseUrl: `${server.url}/v1`,
    dimensions: 3,
    firstWaitMs: 1,
    ...options,
  });
  const encoder = await connectOpenAiCompatible(spec, { environment: { TEST_KEY: "sk-secret" } });
  onTestFinished(() => encoder.close?.());
  return { server, encoder };
}

const words = Array.from({ length: 10 }, (_, i) => "x".repeat(i + 1));

describe("the OpenAI-compatible encoder", () => {
  it("gives unit vectors in the order of the texts, whatever the order of the reply", async () => {
    const { encoder, server } = await connected(({ body }, response) => {
      const data = inputsOf(body).map((text, index) => ({ index, embedding: vectorOf(text) }));
      json(response, { data: data.toReversed() });
    });
    const out = await encoder.encode(words);
    words.forEach((word, i) => {
      const length = Math.hypot(...vectorOf(word));
      vectorOf(word).forEach((value, j) => expect(row(out, i)[j]).toBeCloseTo(value / length, 6));
    });
    expect(server.requests[0]!.path).toBe("/v1/embeddings");
    expect(JSON.parse(server.requests[0]!.body)).toEqual({ model: "tiny", input: words });
  });

  it("cuts batches by count and by characters, and reports progress", async () => {
    const { encoder, server } = await connected(wellBehaved, { batchTexts: 4, batchCharacters: 20 });
    const seen: number[] = [];
    await encoder.encode(words, { onProgress: (done) => seen.push(done) });
    const sizes = server.requests.map(({ body }) => inputsOf(body).length).toSorted((a, b) => a - b);
    expect(sizes).toEqual([1, 2, 3, 4]);
    expect(seen.at(-1)).toBe(10);
  });

  it("keeps no more calls under way than it was told", async () => {
    let [now, most] = [0, 0];
    const { encoder } = await connected(
      async ({ body }, response) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 20));
        now--;
        json(response, vectors(inputsOf(body)));
      },
      { batchTexts: 1, concurrency: 3 },
    );
    await encoder.encode(words);
    expect(most).toBe(3);
  });

  it("asks for the width when it is not told", async () => {
    const { encoder } = await connected(wellBehaved, { dimensions: undefined });
    expect(encoder.fingerprint.dimensions).toBe(3);
  });

  it("keeps head and tail of a long text, puts the instruction before it, and says both", async () => {
    const { encoder, server } = await connected(wellBehaved, { characterBudget: 18, instruction: "query: " });
    await encoder.encode(["a".repeat(30) + "z".repeat(30)]);
    expect(inputsOf(server.requests[0]!.body)).toEqual([`query: ${"a".repeat(12)}${"z".repeat(6)}`]);
    expect(encoder.fingerprint).toMatchObject({
      truncation: "head 2/3 + tail 1/3 of 18 characters",
      instruction: "query: ",
    });
  });

  it("sends the key of the named variable, and refuses to start without it", async () => {
    const { encoder, server } = await connected(wellBehaved, { apiKeyEnv: "TEST_KEY" });
    await encoder.encode(["x"]);
    expect(server.requests[0]!.headers.authorization).toBe("Bearer sk-secret");
    const missing = connected(wellBehaved, { apiKeyEnv: "OTHER_KEY" });
    await expect(missing).rejects.toThrow(PrerequisiteError);
    await expect(missing).rejects.toThrow("OTHER_KEY");
  });

  it("never prints the key, even when the endpoint echoes it", async () => {
    const { encoder } = await connected(
      ({ headers }, response) => json(response, { error: { message: `bad ${headers.authorization}` } }, 401),
      { apiKeyEnv: "TEST_KEY" },
    );
    const error = await encoder.encode(["x"]).catch((e: unknown) => e as EncodeError);
    expect((error as EncodeError).message).toContain("answered 401: bad Bearer [key]");
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("sk-secret");
  });

  it("refuses a base URL with credentials in it", async () => {
    await expect(connected(wellBehaved, { baseUrl: "http://me:pw@127.0.0.1:1/v1" })).rejects.toThrow(UsageError);
  });
});

describe("the OpenAI-compatible encoder under failure", () => {
  it.each([408, 409, 429, 500, 503])("tries again after %i", async (status) => {
    const { encoder, server } = await connected(({ body }, response, nth) => {
      if (nth < 2) json(response, { error: { message: "later" } }, status, { "retry-after": "0" });
      else json(response, vectors(inputsOf(body)));
    });
    await encoder.encode(["x"]);
    expect(server.requests).toHaveLength(3);
  });

  it.each([400, 401, 404, 422])("does not try again after %i", async (status) => {
    const { encoder, server } = await connected((_, response) => json(response, { error: "no" }, status));
    await expect(encoder.encode(["x", "y"])).rejects.toThrow(/texts 0 to 1 could not be encoded by tiny.*answered/);
    expect(server.requests).toHaveLength(1);
  });

  it("waits as long as retry-after says", async () => {
    const { encoder } = await connected(({ body }, response, nth) => {
      if (nth === 0) json(response, {}, 429, { "retry-after": "0.2" });
      else json(response, vectors(inputsOf(body)));
    });
    const start = performance.now();
    await encoder.encode(["x"]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(195);
  });

  it("tries again after a lost connection and after a missed deadline", async () => {
    const { encoder, server } = await connected(
      ({ body }, response, nth) => {
        if (nth === 0) response.destroy();
        else if (nth > 1) json(response, vectors(inputsOf(body)));
      },
      { timeoutMs: 150 },
    );
    await encoder.encode(["x"]);
    expect(server.requests).toHaveLength(3);
  });

  it("gives up after its retries, with the last reason", async () => {
    const { encoder, server } = await connected((_, response) => json(response, { message: "full" }, 503), {
      retries: 2,
    });
    await expect(encoder.encode(["x"])).rejects.toThrow("answered 503: full");
    expect(server.requests).toHaveLength(3);
  });

  it("refuses a redirect rather than carrying the key along", async () => {
    const other = await serverFor(wellBehaved);
    const { encoder } = await connected((_, response) => {
      response.writeHead(307, { location: `${other.url}/v1/embeddings` }).end();
    });
    await expect(encoder.encode(["x"])).rejects.toThrow("a redirect, which is refused");
    expect(other.requests).toHaveLength(0);
  });

  const bad: [string, unknown, string][] = [
    ["too few vectors", { data: [{ index: 0, embedding: [1, 2, 3] }] }, "1 vectors came back for 2 texts"],
    [
      "a repeated index",
      { data: [0, 0].map((index) => ({ index, embedding: [1, 2, 3] })) },
      "two vectors have the index 0",
    ],
    ["a wrong width", { data: [{ embedding: [1, 2, 3] }, { embedding: [1, 2] }] }, 'text 1 ("y"): tiny gave 2 numbers'],
    [
      "null for a number",
      { data: [{ embedding: [1, null, 3] }, { embedding: [1, 2, 3] }] },
      'text 0 ("x"): tiny gave null',
    ],
    ["a zero vector", { data: [{ embedding: [0, 0, 0] }, { embedding: [1, 2, 3] }] }, "a vector of length zero"],
    ["no data", { object: "list" }, 'no "data" list'],
    ["base64", { data: [{ embedding: "AAAA" }, { embedding: "AAAA" }] }, "vector 0 is not a list of numbers"],
  ];
  it.each(bad)("names the row when it gets %s", async (_, reply, message) => {
    const { encoder } = await connected((_request, response) => json(response, reply));
    const encoding = encoder.encode(["x", "y"]);
    await expect(encoding).rejects.toThrow(EncodeError);
    await expect(encoding).rejects.toThrow(message);
  });

  it("says so when the answer is not JSON", async () => {
    const { encoder } = await connected((_, response) => void response.end("<html>"));
    await expect(encoder.encode(["x"])).rejects.toThrow("the answer is not JSON");
  });

  it("stops at once when aborted, also while waiting for a retry", async () => {
    const stop = new AbortController();
    const { encoder } = await connected((_, response) => {
      json(response, {}, 429, { "retry-after": "30" });
      setTimeout(() => stop.abort(), 20);
    });
    const start = performance.now();
    await expect(encoder.encode(["x"], { signal: stop.signal })).rejects.toThrow(InterruptedError);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

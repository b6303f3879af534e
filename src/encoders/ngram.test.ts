import { describe, expect, it } from "vitest";
import { ArtefactError, FitError, InterruptedError } from "../core/errors.ts";
import { row } from "../math/matrix.ts";
import { seededRandom } from "../math/random.ts";
import { fitNgramEncoder, ngramEncoderFromState } from "./ngram.ts";

const topics = {
  cooking: "stir onion butter pan simmer broth garlic oven roast salt pepper soup",
  algebra: "solve equation polynomial root integer matrix determinant vector prime proof lemma sum",
  law: "court statute plaintiff contract liability appeal verdict tort evidence judge clause damages",
};

function corpus(size: number): { texts: string[]; topic: string[] } {
  const random = seededRandom(7, "corpus");
  const names = Object.keys(topics) as (keyof typeof topics)[];
  const topic = Array.from({ length: size }, (_, i) => names[i % names.length]!);
  const texts = topic.map((name) => {
    const words = topics[name].split(" ");
    return Array.from({ length: 12 }, () => words[random.below(words.length)]!).join(" ");
  });
  return { texts, topic };
}

const options = { dimensions: 16, buckets: 4096 };
const { texts, topic } = corpus(120);
const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, j) => sum + value * b[j]!, 0);
const norm = (a: Float32Array): number => Math.sqrt(dot(a, a));

describe("the n-gram encoder", () => {
  it("puts texts of one topic nearer together than texts of two", async () => {
    const { encoder } = await fitNgramEncoder(texts, options, { seed: 1 });
    const soup = encoder.encodeOne("garlic soup with butter, salt and pepper");
    const proof = encoder.encodeOne("a proof by the lemma on integer roots");
    let [same, other] = [0, 0];
    texts.forEach((text, i) => {
      const near = dot(encoder.encodeOne(text), soup) > dot(encoder.encodeOne(text), proof);
      if (topic[i] === "cooking" && near) same++;
      if (topic[i] === "algebra" && !near) other++;
    });
    expect(same).toBe(40);
    expect(other).toBe(40);
  });

  it("gives identical bits alone, in a batch, at the fit, and from the stored state", async () => {
    const { encoder, embeddings } = await fitNgramEncoder(texts, options, { seed: 1 });
    const restored = ngramEncoderFromState(structuredClone(encoder.state));
    const batch = await restored.encode(texts);
    expect(batch).toEqual(embeddings);
    texts.forEach((text, i) => expect(encoder.encodeOne(text)).toEqual(row(batch, i)));
    expect(restored.fingerprint).toEqual(encoder.fingerprint);
  });

  it("is the same for the same seed and texts, and names other texts by another revision", async () => {
    const first = await fitNgramEncoder(texts, options, { seed: 1 });
    const again = await fitNgramEncoder(texts, options, { seed: 1 });
    const fewer = await fitNgramEncoder(texts.slice(1), options, { seed: 1 });
    expect(again.encoder.state).toEqual(first.encoder.state);
    expect(again.encoder.fingerprint).toEqual(first.encoder.fingerprint);
    expect(fewer.encoder.fingerprint.revision).not.toBe(first.encoder.fingerprint.revision);
  });

  it("gives every text a vector of length one, the mean direction where it knows no feature", async () => {
    const { encoder } = await fitNgramEncoder(texts, options, { seed: 1 });
    for (const text of ["", " \n", "漢字", "x".repeat(50_000), "\0", "\ud800", ...texts.slice(0, 5)]) {
      expect(norm(encoder.encodeOne(text))).toBeCloseTo(1, 5);
    }
    expect(encoder.encodeOne("")).toEqual(encoder.state.fallback);
    expect(encoder.encodeOne("")).not.toBe(encoder.state.fallback);
  });

  it("keeps only the buckets it has met", async () => {
    const { encoder } = await fitNgramEncoder(["soup"], options, { seed: 1 });
    expect(encoder.state.buckets.length).toBeLessThan(20);
    expect(encoder.fingerprint.dimensions).toBe(1);
    expect(norm(encoder.encodeOne("soup"))).toBeCloseTo(1, 6);
  });

  it("fits when some training texts are blank, and refuses when all are", async () => {
    const { embeddings, encoder } = await fitNgramEncoder(["", "one two", "three four"], options, { seed: 1 });
    expect(row(embeddings, 0)).toEqual(encoder.state.fallback);
    await expect(fitNgramEncoder(["", " "], options, { seed: 1 })).rejects.toThrow(FitError);
    await expect(fitNgramEncoder([], options, { seed: 1 })).rejects.toThrow(
      "found nothing to count in 0 training texts",
    );
  });

  it("stops when told to, and says how far it is", async () => {
    const stop = new AbortController();
    const many = Array.from({ length: 1000 }, (_, i) => texts[i % texts.length]!);
    const seen: number[] = [];
    const onProgress = (done: number): void => {
      seen.push(done);
      if (done >= 512) stop.abort();
    };
    const fit = fitNgramEncoder(many, options, { seed: 1, signal: stop.signal, onProgress });
    await expect(fit).rejects.toThrow(InterruptedError);
    expect(seen).toEqual([256, 512]);
  });

  it("refuses a state whose arrays do not fit together", async () => {
    const { encoder } = await fitNgramEncoder(texts, options, { seed: 1 });
    const { state } = encoder;
    expect(() => ngramEncoderFromState({ ...state, idf: state.idf.subarray(1) })).toThrow(ArtefactError);
    expect(() => ngramEncoderFromState({ ...state, buckets: state.buckets.map((b) => b + 4096) })).toThrow(
      "lies outside",
    );
  });
});

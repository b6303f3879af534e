/** Saved routers that were damaged, or made to harm: they are refused in words, whatever byte or field it is, checksums put right or not. */
import { createHash } from "node:crypto";
import { readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { assert, asyncProperty, constantFrom, integer, nat, oneof } from "fast-check";
import { describe, expect, test } from "vitest";
import { servingFit } from "../../test/support/serving-fits.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { SignalboxError } from "../core/errors.ts";
import { routerByName } from "../routers/registry.ts";
import { artefactContent, artefactFiles, describedText } from "./artefact-content.ts";
import { loadRouter, saveRouter } from "./artefact.ts";

interface Artefact {
  readonly folder: string;
  readonly text: string;
  readonly weights: Buffer;
}

async function saved(): Promise<Artefact> {
  const folder = join(await temporaryFolder(), "router");
  await saveRouter(folder, await servingFit("knn"));
  const text = await readFile(join(folder, artefactFiles.description), "utf8");
  return { folder, text, weights: await readFile(join(folder, artefactFiles.weights)) };
}

const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

/** What comes of it: what it holds, or the kind of its refusal. Anything else is a defect, and is thrown. */
async function read(text: string, weights: Uint8Array): Promise<"loaded" | "refused"> {
  try {
    await artefactContent(text, weights, "a folder", { sha256, routerByName });
    return "loaded";
  } catch (error) {
    if (error instanceof SignalboxError) return "refused";
    throw error;
  }
}

type Json = Record<string, unknown>;

/** The description with checksums that fit it again, as whoever tampers with it would write them. */
function sealed(description: Json, weights: Uint8Array): string {
  const rest: Json = { ...description, weightsSha256: sha256(weights) };
  return JSON.stringify({ ...rest, sha256: sha256(describedText(rest)) });
}

/** Puts a value at some place of a tree, by turns down into it. */
function tampered(tree: unknown, turns: readonly number[], value: unknown): unknown {
  const [turn, ...others] = turns;
  if (turn === undefined || typeof tree !== "object" || tree === null) return value;
  const keys = Object.keys(tree);
  const key = keys[turn % Math.max(1, keys.length)];
  if (key === undefined) return value;
  const changed = tampered((tree as Json)[key], others, value);
  if (Array.isArray(tree)) return tree.map((item, i) => (String(i) === key ? changed : (item as unknown)));
  return { ...tree, [key]: changed };
}

const odd = oneof(constantFrom<unknown>(null, "", "knn", [], {}, -1, 0.5, 1e300, "__proto__", [[1]], true), integer());

describe("a saved router", () => {
  test("of which a byte of the weights is another is refused, and so is one that was cut short", async () => {
    const { text, weights } = await saved();
    expect(await read(text, weights)).toBe("loaded");
    await assert(
      asyncProperty(nat({ max: weights.length - 1 }), integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Buffer.from(weights);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        expect(await read(text, damaged)).toBe("refused");
        expect(await read(text, weights.subarray(0, at))).toBe("refused");
      }),
      { numRuns: 50 },
    );
  });

  test("of which a character of the description is another is refused, but for blanks", async () => {
    const { text, weights } = await saved();
    await assert(
      asyncProperty(
        nat({ max: text.length - 1 }),
        constantFrom(...'0 a Z " { } [ ] , : - é'.split(" ")),
        async (at, sign) => {
          const damaged = text.slice(0, at) + sign + text.slice(at + 1);
          const isSame = damaged === text || sealOf(damaged) === sealOf(text);
          expect(await read(damaged, weights)).toBe(isSame ? "loaded" : "refused");
        },
      ),
      { numRuns: 50 },
    );
  });

  test("that was tampered with, its checksums put right, loads or is refused in words", async () => {
    const { text, weights } = await saved();
    const description = JSON.parse(text) as Json;
    const turns = [nat(), nat(), nat(), nat()] as const;
    await assert(
      asyncProperty(...turns, integer({ min: 1, max: 4 }), odd, async (a, b, c, d, depth, value) => {
        const changed = tampered(description, [a, b, c, d].slice(0, depth), value) as Json;
        expect(["loaded", "refused"]).toContain(await read(sealed(changed, weights), weights));
      }),
      { numRuns: 300 },
    );
  });

  test("whose weights are any bytes, checksums put right, is refused in words", async () => {
    const { text, weights } = await saved();
    const description = JSON.parse(text) as Json;
    await assert(
      asyncProperty(nat({ max: 400 }), integer({ min: 0, max: 255 }), async (at, byte) => {
        // The head of the file says where its tensors lie.
        const changed = Buffer.from(weights);
        changed[at] = byte;
        expect(["loaded", "refused"]).toContain(await read(sealed(description, changed), changed));
        const cut = weights.subarray(0, at);
        expect(await read(sealed(description, cut), cut)).toBe("refused");
      }),
      { numRuns: 200 },
    );
  });

  test("that is larger than any router is refused by its size, unread", async () => {
    const { folder } = await saved();
    await truncate(join(folder, artefactFiles.description), 65 * 2 ** 20);
    await expect(loadRouter(folder)).rejects.toThrow(/is 68157440 bytes, more than the 67108864 a router may have/);
  });
});

/** What of a text the checksum covers; the text itself where it is no JSON. */
function sealOf(text: string): string {
  try {
    return describedText(JSON.parse(text) as Json) + String((JSON.parse(text) as Json)["sha256"]);
  } catch {
    return text;
  }
}

/** What is put late is neither waited for without need nor lost without a word. */
import { expect, test } from "vitest";
import type { ByteStore } from "./byte-store.ts";
import { LateWrites } from "./late-writes.ts";

const bytes = new Uint8Array([1]);

/** A store whose disk may be full. */
function storeOf(disk: { isFull: boolean; batches: number[] }): ByteStore {
  const nothing = async (): Promise<void> => undefined;
  return {
    place: "test",
    get: async () => undefined,
    async putAll(entries) {
      if (disk.isFull) throw new Error("the disk is full");
      disk.batches.push(entries.size);
    },
    // oxlint-disable-next-line no-empty-function -- it holds nothing
    async *entries() {},
    remove: nothing,
    compact: nothing,
    close: nothing,
  };
}

test("what is put within a moment is one batch", async () => {
  const disk = { isFull: false, batches: [] };
  const late = new LateWrites(storeOf(disk));
  for (let i = 0; i < 100; i++) await late.put(`${i}`, bytes);
  await late.idle();
  expect(disk.batches).toEqual([100]);
  expect(late.find("1")).toBeUndefined();
});

test("a batch that cannot be written is told once; later ones are written again", async () => {
  const disk = { isFull: true, batches: [] };
  const late = new LateWrites(storeOf(disk));
  await late.put("a", bytes);
  await expect(late.idle()).rejects.toThrow("the disk is full");
  disk.isFull = false;
  await late.put("b", bytes);
  await late.idle();
  expect(disk.batches).toEqual([1]);
});

test("what the store has not got keeps the next one waiting once it is much", async () => {
  const disk = { isFull: false, batches: [] as number[] };
  const late = new LateWrites(storeOf(disk));
  await late.put("small", bytes);
  expect(disk.batches).toEqual([]);
  await late.put("large", new Uint8Array(20 * 2 ** 20));
  expect(disk.batches).toEqual([2]);
  await late.idle();
});

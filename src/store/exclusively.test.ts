import { spawnSync } from "node:child_process";
import { readdir, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { InterruptedError } from "../core/errors.ts";
import { exclusively } from "./exclusively.ts";
import type { LockOwner } from "./exclusively.ts";

const what = "The work";

test("two pieces of work never overlap, and the one that waits is told for whom", async () => {
  const folder = await temporaryFolder();
  const lock = join(folder, "lock");
  const log: string[] = [];
  const waits: LockOwner[] = [];
  const work = (name: string) => async (): Promise<string> => {
    log.push(`${name} begins`);
    await wait(50);
    log.push(`${name} ends`);
    return name;
  };
  const options = { what, onWait: (owner: LockOwner) => void waits.push(owner) };
  const results = await Promise.all([
    exclusively(lock, work("a"), options),
    exclusively(lock, work("b"), options),
    exclusively(lock, work("c"), options),
  ]);
  expect(results).toEqual(["a", "b", "c"]);
  expect(log.map((line, i) => (i % 2 === 0 ? line.replace("begins", "ends") === log[i + 1] : true))).not.toContain(
    false,
  );
  expect(waits).toEqual([
    { processId: process.pid, host: hostname() },
    { processId: process.pid, host: hostname() },
  ]);
  expect(await readdir(folder)).toEqual([]);
});

test("work that fails gives the lock back", async () => {
  const folder = await temporaryFolder();
  const failing = exclusively(join(folder, "lock"), () => Promise.reject(new Error("no luck")), { what });
  await expect(failing).rejects.toThrow("no luck");
  expect(await readdir(folder)).toEqual([]);
});

test("a lock whose process is gone is taken over at once", async () => {
  const lock = join(await temporaryFolder(), "lock");
  const { pid } = spawnSync(process.execPath, ["--version"]);
  await writeFile(lock, JSON.stringify({ processId: pid, host: hostname() }));
  expect(await exclusively(lock, async () => "done", { what, silentMs: 1e9 })).toBe("done");
});

test("another machine's lock is taken over when its time stands still, not while it is renewed", async () => {
  const lock = join(await temporaryFolder(), "lock");
  await writeFile(lock, JSON.stringify({ processId: 1, host: "elsewhere.invalid" }));
  let renewals = 0;
  const renewing = setInterval(() => {
    const time = new Date(1e12 + 1000 * ++renewals);
    void utimes(lock, time, time);
    if (renewals === 12) clearInterval(renewing);
  }, 100);
  expect(await exclusively(lock, async () => renewals, { what, silentMs: 600 })).toBe(12);
});

test("an owner that works for long is not taken for silent", async () => {
  const lock = join(await temporaryFolder(), "lock");
  const order: string[] = [];
  const long = exclusively(
    lock,
    async () => {
      await wait(1500);
      order.push("long");
    },
    { what, silentMs: 500 },
  );
  await exclusively(lock, async () => order.push("next"), { what, silentMs: 500 });
  await long;
  expect(order).toEqual(["long", "next"]);
});

test("waiting can be interrupted, and leaves the owner's lock", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "lock"), JSON.stringify({ processId: process.pid, host: hostname() }));
  const stop = new AbortController();
  const waiting = exclusively(join(folder, "lock"), async () => "never", {
    what,
    signal: stop.signal,
    onWait: () => stop.abort(),
  });
  await expect(waiting).rejects.toThrow(InterruptedError);
  expect(await readdir(folder)).toEqual(["lock"]);
});

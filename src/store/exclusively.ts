/**
 * One process at a time for a piece of work on files: the others wait. The lock is a file that names its owner, and whose
 * time the owner renews. It counts for nothing once its owner is gone: killed here, or silent elsewhere.
 */
import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { throwIfAborted } from "../core/errors.ts";
import { systemCode } from "./atomic-write.ts";

export interface ExclusiveOptions {
  /** What is waited for, for the message of an interruption: "The download". */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** Called once when another process is at it: its id and machine. */
  readonly onWait?: ((owner: LockOwner) => void) | undefined;
  /** A lock whose time stands still for so long has lost its owner. @default 60000 */
  readonly silentMs?: number | undefined;
}

export interface LockOwner {
  readonly processId: number;
  readonly host: string;
}

const lookEveryMs = 200;

/** Runs `work` while holding the lock file, whose folder must exist. The file is removed in the end. */
export async function exclusively<Result>(
  lock: string,
  work: () => Promise<Result>,
  options: ExclusiveOptions,
): Promise<Result> {
  const mine = JSON.stringify({ processId: process.pid, host: hostname(), token: randomUUID() });
  await acquire(lock, mine, options);
  const renewing = setInterval(
    () => {
      const now = new Date();
      void utimes(lock, now, now).catch(() => undefined);
    },
    silenceOf(options) / 10,
  );
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    if ((await look(lock))?.text === mine) await rm(lock, { force: true });
  }
}

async function acquire(lock: string, mine: string, options: ExclusiveOptions): Promise<void> {
  const { what, signal } = options;
  const tell = once(options.onWait);
  let seen: Seen | undefined;
  // oxlint-disable no-await-in-loop
  while (!(await create(lock, mine))) {
    throwIfAborted(signal, what);
    const now = await look(lock);
    if (now === undefined) continue;
    if (seen?.text !== now.text || seen.renewedMs !== now.renewedMs) seen = now;
    if (isGone(ownerOf(now.text)) || performance.now() - seen.sinceMs > silenceOf(options)) {
      await takeAway(lock, now.text);
    } else {
      tell(ownerOf(now.text));
      await wait(lookEveryMs, undefined, { ...(signal && { signal }) }).catch(() => undefined);
    }
  }
  // oxlint-enable no-await-in-loop
}

function silenceOf({ silentMs = 60_000 }: ExclusiveOptions): number {
  return silentMs;
}

/** Tells the first owner that is known. */
function once(onWait: ExclusiveOptions["onWait"]): (owner: LockOwner | undefined) => void {
  let told = false;
  return (owner) => {
    if (told || owner === undefined) return;
    told = true;
    onWait?.(owner);
  };
}

/** A lock as found, and since when it has been found so. */
interface Seen {
  readonly text: string;
  readonly renewedMs: number;
  readonly sinceMs: number;
}

/** False when there is a lock already. */
async function create(lock: string, text: string): Promise<boolean> {
  try {
    const file = await open(lock, "wx");
    await file.writeFile(text).finally(() => file.close());
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

async function look(lock: string): Promise<Seen | undefined> {
  try {
    const text = await readFile(lock, "utf8");
    return { text, renewedMs: (await stat(lock)).mtimeMs, sinceMs: performance.now() };
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The owner a lock names. A lock that is just being written names none yet. */
function ownerOf(text: string): LockOwner | undefined {
  try {
    const { processId, host } = JSON.parse(text) as Partial<LockOwner>;
    return Number.isSafeInteger(processId) ? { processId: Number(processId), host: String(host) } : undefined;
  } catch {
    return undefined;
  }
}

function isGone(owner: LockOwner | undefined): boolean {
  if (owner?.host !== hostname()) return false;
  try {
    process.kill(owner.processId, 0);
    return false;
  } catch (error) {
    return systemCode(error) === "ESRCH";
  }
}

/** Removes a lock that lost its owner; one that another waiter has put there in between is given back. */
async function takeAway(lock: string, text: string): Promise<void> {
  const away = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, away);
    if ((await readFile(away, "utf8")) === text) await rm(away);
    else await rename(away, lock);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
}

/** Makes, lists, renews and revokes keys. A secret is given once, when it is made; from then on there is only its digest. */
import { randomBytes } from "node:crypto";
import { UsageError } from "../core/errors.ts";
import { unknownName } from "../core/near-names.ts";
import type { KeyTable } from "./key-table.ts";
import { publicKey, secretDigest } from "./stored-key.ts";
import type { StoredKey } from "./stored-key.ts";
import type { VirtualKey } from "./state.ts";

export type KeyOrder = Pick<VirtualKey, "name" | "models" | "limits" | "caps" | "expiresAt">;

export interface MadeKey {
  readonly key: VirtualKey;
  /** to be shown once */
  readonly secret: string;
}

export interface KeyAdmin {
  /** @throws UsageError when a key of that name is in force: names are how people tell keys apart */
  create(order: KeyOrder): Promise<MadeKey>;
  /** The oldest first. */
  list(): Promise<VirtualKey[]>;
  /** From now on nobody is let in with it. @param which id or name @throws UsageError when there is none */
  revoke(which: string): Promise<VirtualKey>;
  /** A new secret for the same key. @param graceMs how long the old one still counts @throws UsageError as `revoke` */
  rotate(which: string, graceMs: number): Promise<MadeKey>;
}

/** How every secret begins: tools that look for leaked secrets, and our own redaction, know it by that. */
export const secretPrefix = "sk-sb-";
const secretBytes = 32;
const idBytes = 9;

/** @param now milliseconds since 1970 */
export function keyAdmin(table: KeyTable, now: () => number): KeyAdmin {
  const find = async (which: string): Promise<StoredKey> => {
    const all = await table.all();
    const found = all.find(({ id }) => id === which) ?? all.find((key) => key.name === which && isInForce(key));
    if (found !== undefined) return found;
    throw unknownName("key", which, [...new Set(all.flatMap(({ id, name }) => [id, name]))]);
  };
  return {
    async create(order) {
      const namesake = (await table.all()).find((key) => key.name === order.name && isInForce(key));
      if (namesake) throw taken(namesake);
      const secret = newSecret();
      const key: StoredKey = {
        ...stripped(order),
        id: `key_${randomBytes(idBytes).toString("base64url")}`,
        createdAt: instant(now()),
        secrets: [{ digest: secretDigest(secret) }],
      };
      await table.put(key);
      return { key: publicKey(key), secret };
    },
    async list() {
      const keys = (await table.all()).map(publicKey);
      return keys.toSorted((a, b) =>
        a.createdAt === b.createdAt ? (a.id < b.id ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1,
      );
    },
    async revoke(which) {
      const found = await find(which);
      const revoked = { ...found, revokedAt: found.revokedAt ?? instant(now()) };
      await table.put(revoked);
      return publicKey(revoked);
    },
    async rotate(which, graceMs) {
      const found = await find(which);
      if (!isInForce(found)) throw over(found);
      const secret = newSecret();
      const until = instant(now() + graceMs);
      const old = found.secrets
        .filter((one) => one.until === undefined || one.until > instant(now()))
        .map((one) => ({ ...one, until: one.until !== undefined && one.until < until ? one.until : until }));
      const rotated = { ...found, secrets: [{ digest: secretDigest(secret) }, ...(graceMs > 0 ? old : [])] };
      await table.put(rotated);
      return { key: publicKey(rotated), secret };
    },
  };
}

function newSecret(): string {
  return secretPrefix + randomBytes(secretBytes).toString("base64url");
}

function isInForce({ revokedAt }: StoredKey): boolean {
  return revokedAt === undefined;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** Without what is undefined, as it will be read again. */
function stripped({
  name,
  models,
  limits,
  caps,
  expiresAt,
}: KeyOrder): Omit<StoredKey, "id" | "createdAt" | "secrets"> {
  return {
    name,
    limits,
    caps,
    ...(models !== undefined && { models: [...models] }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function taken({ name, id }: StoredKey): UsageError {
  const mend = `Choose another name, or revoke it first: signalbox keys revoke ${id}`;
  return new UsageError({ problem: `a key of that name is in force already (${id})`, where: `key ${name}`, mend });
}

function over({ name, id }: StoredKey): UsageError {
  const mend = `Make a new one: signalbox keys create ${name}`;
  return new UsageError({ problem: "was revoked, and stays so", where: `key ${id}`, mend });
}

/** Finds who a secret belongs to, over any table of keys. */
import { after } from "./after.ts";
import type { KeyTable } from "./key-table.ts";
import { judgeKey, secretDigest } from "./stored-key.ts";
import type { KeyStore } from "./state.ts";

/** @param now milliseconds since 1970 */
export function keyStore(table: Pick<KeyTable, "byDigest">, now: () => number): KeyStore {
  return {
    find(secret) {
      const digest = secretDigest(secret);
      return after(table.byDigest(digest), (stored) => judgeKey(stored, digest, now()));
    },
  };
}

/** Keys in LMDB: read from the mapped file, so that a key revoked by another process is found revoked at once. */
import type { KeyTable } from "./key-table.ts";
import type { LmdbTables } from "./lmdb-tables.ts";

export function lmdbKeys({ keys: { keys, idOf }, changingKeys, refresh }: LmdbTables): KeyTable {
  return {
    byDigest(digest) {
      refresh();
      const id = idOf.get(digest);
      return id === undefined ? undefined : keys.get(id);
    },
    put(key) {
      changingKeys(() => {
        for (const { digest } of keys.get(key.id)?.secrets ?? []) idOf.removeSync(digest);
        for (const { digest } of key.secrets) idOf.putSync(digest, key.id);
        keys.putSync(key.id, key);
      });
    },
    all() {
      refresh();
      return Array.from(keys.getRange(), ({ value }) => value);
    },
  };
}

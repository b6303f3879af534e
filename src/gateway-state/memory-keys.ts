/** Keys kept by this process: gone when it ends. */
import type { KeyTable } from "./key-table.ts";
import type { StoredKey } from "./stored-key.ts";

export function memoryKeys(): KeyTable {
  const keys = new Map<string, StoredKey>();
  const idOf = new Map<string, string>();
  return {
    byDigest: (digest) => keys.get(idOf.get(digest) ?? ""),
    put(key) {
      for (const { digest } of keys.get(key.id)?.secrets ?? []) idOf.delete(digest);
      for (const { digest } of key.secrets) idOf.set(digest, key.id);
      keys.set(key.id, key);
    },
    all: () => [...keys.values()],
  };
}

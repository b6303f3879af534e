/** Where keys are kept. One file per kind of store. */
import type { StoredKey } from "./stored-key.ts";
import type { Answer } from "./state.ts";

export interface KeyTable {
  /** The key that has, or had, a secret of this digest. */
  byDigest(digest: string): Answer<StoredKey | undefined>;
  /** Puts a key, replacing the one of its id. Resolves once other processes find it and it is on disk, where there is one. */
  put(key: StoredKey): Answer<void>;
  /** In no order. */
  all(): Answer<readonly StoredKey[]>;
}

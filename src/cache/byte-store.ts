/** Where bytes are kept under keys. One file per kind of store; what the bytes mean is not its matter. */
export interface ByteStore {
  /** for people: a folder, or an address without its password */
  readonly place: string;
  /** Undefined when there is nothing, or nothing that can be read. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Resolves once another process would find them. Replaces what is there. */
  putAll(entries: ReadonlyMap<string, Uint8Array>): Promise<void>;
  /** All entries, in no order; those put meanwhile may be among them. */
  entries(): AsyncIterable<readonly [key: string, bytes: Uint8Array]>;
  /** Removes keys; one that is not there is no error. */
  remove(keys: readonly string[]): Promise<void>;
  /** Gives room back to the disk where the store can and nobody else is at it. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

/** What the thread that holds Python gives up before the first program runs. */

/** Globals by which code that got out of Python could reach the network or start something. */
const doors = [
  "WebSocket",
  "EventSource",
  "fetch",
  "XMLHttpRequest",
  "BroadcastChannel",
  "Worker",
  "navigator",
  "localStorage",
  "sessionStorage",
] as const;

/** Removes them for good. Python's own are closed in run-program.ts; files are the permission model's matter. */
export function closeHostDoors(): void {
  for (const name of doors) {
    Reflect.deleteProperty(globalThis, name);
    Object.defineProperty(globalThis, name, { value: undefined, writable: false, configurable: false });
  }
}

/**
 * Makes the built-in objects unchangeable, so that code which got out of Python leaves nothing behind for the next program.
 * Called once the modules are loaded, since some of them extend built-ins while they load.
 */
export function freezeBuiltIns(): void {
  const typedArray = Object.getPrototypeOf(Uint8Array) as { readonly prototype: object };
  const constructors = [
    Array,
    Uint8Array,
    typedArray,
    Function,
    String,
    Number,
    Promise,
    Map,
    Set,
    RegExp,
    Error,
    Buffer,
  ];
  for (const { prototype } of constructors) Object.freeze(prototype);
  for (const built of [JSON, Math, Reflect, Buffer, TextDecoder.prototype, TextEncoder.prototype]) Object.freeze(built);
  // Programs of ours assign `toString` and the like on plain objects: what is there may be shadowed, nothing be added.
  Object.preventExtensions(Object.prototype);
}

const pageBytes = 65_536;

/** The part of WebAssembly.Memory that is used here: the library of types for Node does not declare it. */
interface Memory {
  readonly buffer: ArrayBufferLike;
  grow: (this: Memory, pages: number) => number;
}

/**
 * Puts a lid on the memory of every WebAssembly instance of this thread: Python then gets a MemoryError.
 * @returns sets the lid, in MiB
 */
export function limitMemory(): (mebibytes: number) => void {
  const { prototype } = (globalThis as unknown as { WebAssembly: { Memory: { prototype: Memory } } }).WebAssembly
    .Memory;
  const { grow } = prototype;
  let lid = Infinity;
  prototype.grow = function limited(this: Memory, pages: number): number {
    if (this.buffer.byteLength + pages * pageBytes > lid) throw new RangeError("the sandbox's memory is full");
    return grow.call(this, pages);
  };
  return (mebibytes) => (lid = mebibytes * 2 ** 20);
}

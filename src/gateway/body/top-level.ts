/**
 * Where the values of one top-level key stand in a body of JSON, and how deep it is nested, found without parsing: so that
 * a value can be replaced and every other byte forwarded as it came. One pass, no recursion; strings are skipped natively.
 */

/** A value's bytes: [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Scanned {
  /** the values under the key, in order: JSON allows a key twice, and readers differ in which one counts */
  readonly values: readonly Span[];
  /** the deepest nesting met; a scan stops where it passes `mostDepth` */
  readonly depth: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const opening = new Set([0x7b, 0x5b]);
const closing = new Set([0x7d, 0x5d]);
const blank = new Set([0x20, 0x09, 0x0a, 0x0d]);

interface State {
  readonly values: Span[];
  depth: number;
  deepest: number;
  /** whether a string at depth 1 is a key */
  isKeyNext: boolean;
  /** whether the key just read is the one that is looked for */
  isFound: boolean;
  /** where its value begins; undefined outside of one */
  valueFrom: number | undefined;
}

/** Takes `bytes` for JSON: of anything else it gives spans that mean nothing, and never throws. */
export function scanTopLevel(bytes: Buffer, key: string, mostDepth: number): Scanned {
  const state: State = { values: [], depth: 0, deepest: 0, isKeyNext: false, isFound: false, valueFrom: undefined };
  for (let i = 0; i < bytes.length && state.deepest <= mostDepth; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === quote) {
      const end = stringEnd(bytes, i);
      if (state.depth === 1 && state.isKeyNext) state.isFound = isSame(bytes.subarray(i, end), key);
      i = end - 1;
    } else if (opening.has(byte)) {
      state.deepest = Math.max(state.deepest, ++state.depth);
      state.isKeyNext = state.depth === 1;
    } else if (closing.has(byte)) {
      if (--state.depth === 0) endValue(state, bytes, i);
    } else if (state.depth === 1) takeMark(state, bytes, i);
  }
  return { values: state.values, depth: state.deepest };
}

/** A colon or a comma of the outermost object. */
function takeMark(state: State, bytes: Buffer, at: number): void {
  const byte = bytes[at];
  if (byte === colon && state.isKeyNext) {
    state.isKeyNext = false;
    state.valueFrom = state.isFound ? at + 1 : undefined;
  } else if (byte === comma) {
    endValue(state, bytes, at);
    state.isKeyNext = true;
  }
}

function endValue(state: State, bytes: Buffer, at: number): void {
  if (state.valueFrom !== undefined) state.values.push(trimmed(bytes, state.valueFrom, at));
  state.valueFrom = undefined;
  state.isFound = false;
}

/** Just behind the string that begins at `start`; the end of the bytes when it is not closed. */
function stringEnd(bytes: Buffer, start: number): number {
  for (let at = bytes.indexOf(quote, start + 1); at !== -1; at = bytes.indexOf(quote, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === backslash) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return bytes.length;
}

/** Whether a string's bytes, quotes included, say `key`; a key may be written with escapes. */
function isSame(bytes: Buffer, key: string): boolean {
  const text = bytes.toString("latin1");
  if (!text.includes("\\")) return text === `"${key}"`;
  try {
    return JSON.parse(text) === key;
  } catch {
    return false; // no string of JSON: parsing the body will say so
  }
}

function trimmed(bytes: Buffer, from: number, to: number): Span {
  let [start, end] = [from, to];
  while (start < end && blank.has(bytes[start] ?? 0)) start++;
  while (end > start && blank.has(bytes[end - 1] ?? 0)) end--;
  return { start, end };
}

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventReader } from "./server-events.ts";
import type { ServerEvent } from "./server-events.ts";

const text =
  ': hello\nretry: 3\r\n\r\nevent: ping\ndata: {"a": "é✓"}\n\ndata:first\ndata:  second\r\n\nid: 3\n\ndata\n\ndata: last';
const bytes = Buffer.from(text);

function read(parts: readonly Uint8Array[]): ServerEvent[] {
  const reader = new EventReader();
  return [...parts.flatMap((part) => reader.take(part)), ...reader.end()];
}

describe("server-sent events", () => {
  test("give name and data; comments, ids and retry hints are passed over", () => {
    expect(read([bytes])).toEqual([
      { name: "ping", data: '{"a": "é✓"}' },
      { name: "", data: "first\n second" },
      { name: "", data: "" },
      { name: "", data: "last" },
    ]);
  });

  test("are the same however the bytes are cut, in the middle of a character too", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const parts = places.slice(1).map((end, i) => bytes.subarray(places[i], end));
        expect(read(parts)).toEqual(read([bytes]));
      }),
    );
  });
});

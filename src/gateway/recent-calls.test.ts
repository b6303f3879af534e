import { expect, test } from "vitest";
import { RecentCalls } from "./recent-calls.ts";

test("an id that was given out is found with its key, whatever came after it", () => {
  const recent = new RecentCalls(3);
  const ids = ["key_a", "", "key_b"].map((key) => {
    const id = recent.newId();
    recent.keep(id, key);
    return id;
  });
  expect(ids.map((id) => recent.find(id))).toEqual([{ key: "key_a" }, { key: "" }, { key: "key_b" }]);
});

test("an id that nobody gave out is told from one that another process may have", () => {
  const [recent, replica] = [new RecentCalls(), new RecentCalls()];
  expect(recent.find(recent.newId())).toBe("none");
  for (const text of ["sb-1", "", "chatcmpl-1", `${recent.newId()}0`]) expect(recent.find(text)).toBe("none");
  expect(recent.find(replica.newId())).toBe("unknown");
});

test("what is too long ago is not known, and never said not to have been", () => {
  const recent = new RecentCalls(2);
  const first = recent.newId();
  for (const id of [first, recent.newId(), recent.newId()]) recent.keep(id, "key_a");
  expect(recent.find(first)).toBe("unknown");
});

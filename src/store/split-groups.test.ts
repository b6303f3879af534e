import { expect, test } from "vitest";
import { splitGroups } from "./split-groups.ts";

test("rows joined through others share a group, numbered by first appearance", () => {
  const groups = splitGroups(6);
  groups.join(4, 1);
  groups.join(5, 4);
  groups.join(2, 2);
  expect([...groups.numbers()]).toEqual([0, 1, 2, 3, 1, 1]);
});

/** docs/reference/acceptance.md names tests: they must be there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = readFileSync(join(root, "docs", "reference", "acceptance.md"), "utf8");
const proofs = [...page.matchAll(/^- `(?<file>[^`]+)`: "(?<title>.+)"/gm)].map(({ groups }) => groups!);

test("every item but the last, which is run by hand, names a test", () => {
  const sections = page.split(/^## /m).slice(1);
  expect(sections.map((text) => text.split(".")[0])).toEqual(Array.from({ length: 14 }, (_, i) => String(i + 1)));
  expect(sections.filter((text) => !/^- `/m.test(text)).map((text) => text.split("\n")[0])).toEqual([
    "14. The paper's numbers",
  ]);
});

test.each(proofs)("$file has: $title", ({ file, title }) => {
  expect(existsSync(join(root, file!))).toBe(true);
  expect(readFileSync(join(root, file!), "utf8")).toContain(title);
});

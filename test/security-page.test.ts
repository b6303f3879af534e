/** docs/security.md names the test of each thing that is held: the tests are there, and docs/how-to/serve.md lists every error code. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const page = read("docs/security.md");

/** `file`: "title", "title"; `file`: … */
const named = [
  ...page.matchAll(
    /`((?:src|test)\/[\w./-]+\.test\.ts)`(?:: | runs[^(]*)?(?=["(])([^|]*?)(?=;? `(?:src|test)\/|\||\n\n)/g,
  ),
].flatMap(([, file = "", titles = ""]) =>
  [...titles.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => ({ file, title })),
);

test("the page names tests by file and title", () => {
  expect(named.length).toBeGreaterThan(60);
});

test.each(named)("$file has a test of the title: $title", ({ file, title }) => {
  expect(read(file).replaceAll(/\s+/g, " ")).toContain(title.replaceAll(/\s+/g, " "));
});

/** Sources of the gateway, tests left out. */
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter(
  (path) => path.endsWith(".ts") && !path.endsWith(".test.ts"),
);

/** Words with an underscore on lines that make an error, and codes of one word. */
function codesOf(text: string): string[] {
  const lines = text
    .split("\n")
    .filter((line) => /\bcode\b|refused\(|\[\d{3}, "/.test(line) && !line.includes("invalid_request"));
  return lines
    .flatMap((line) => [...line.matchAll(/(?<=code: |[^\w])"([a-z]+(?:_[a-z]+)+)"|code: "([a-z]+)"/g)])
    .flatMap(([, one, other]) => one ?? other ?? []);
}

describe("error codes", () => {
  const codes = new Set(
    sources.filter((path) => path.startsWith("gateway/")).flatMap((path) => codesOf(read(`src/${path}`))),
  );

  test("are found in the sources", () => {
    for (const code of ["key_missing", "internal", "upstream_cut", "body_too_deep", "draining"])
      expect(codes).toContain(code);
  });

  test("all stand in docs/how-to/serve.md", () => {
    const guide = read("docs/how-to/serve.md");
    expect([...codes].filter((code) => !guide.includes(`\`${code}\``))).toEqual([]);
  });
});

test("every header of ours stands in docs/how-to/serve.md", () => {
  const headers = new Set(
    sources
      .filter((path) => /^(?:gateway|serving)\//.test(path))
      .flatMap((path) =>
        [...read(`src/${path}`).matchAll(/"(x-signalbox-[a-z-]+[a-z])"/g)].map(([, name = ""]) => name),
      ),
  );
  expect(headers.size).toBeGreaterThan(5);
  expect([...headers].filter((name) => !read("docs/how-to/serve.md").includes(`\`${name}\``))).toEqual([]);
});

test("nothing in src makes code of text", () => {
  const makers = /(?<![.\w])eval\(|new Function\(|from "node:vm"/;
  expect(sources.filter((path) => makers.test(read(`src/${path}`)))).toEqual([]);
});

/** The docs say what is so: links, commands, flags, types, dependencies, versions, and every block that is made from code. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { version } from "../src/version.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const command = join(root, "dist", "cli", "main.js");

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(read("package.json")) as Manifest;
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `docs/${path}`),
].toSorted();

describe("docs", () => {
  test.each(pages)("%s: every link leads to a file, every anchor to a heading", (page) => {
    const dead = linksOf(page).filter((link) => !leadsSomewhere(page, link));
    expect(dead).toEqual([]);
  });

  test("every page can be reached from README", () => {
    const seen = new Set<string>();
    const visit = (page: string): void => {
      if (seen.has(page)) return;
      seen.add(page);
      for (const link of linksOf(page)) {
        const target = relative(root, resolve(root, dirname(page), link.split("#")[0] ?? ""));
        if (pages.includes(target)) visit(target);
      }
    };
    visit("README.md");
    expect(pages.filter((page) => !seen.has(page))).toEqual([]);
  });

  test.each(pages)("%s names only commands and options that exist", (page) => {
    expect(commandsIn(read(page)).flatMap(unknownParts)).toEqual([]);
  });

  test.each(pages)("%s names only npm scripts that exist", (page) => {
    const named = [...read(page).matchAll(/\bnpm run (?:--silent )?([a-z]+)/g)].map(([, script]) => script ?? "");
    expect(named.filter((script) => !(script in manifest.scripts))).toEqual([]);
  });

  // Runs the demo and every command's help, a quarter of a minute: much longer where other work shares the machine.
  test("the reference, the snippets and the transcript are fresh", { timeout: 900_000 }, () => {
    expect(run([join(root, "scripts", "docs.mjs"), "--check"])).toBe("");
  });

  test("every type the library exports stands in the glossary", () => {
    const glossary = read("docs/glossary.md");
    expect(exportedTypes().filter((name) => !glossary.includes(`\`${name}\``))).toEqual([]);
  });

  test("every dependency has its line in docs/dependencies.md, and no line is left over", () => {
    const listed = [...read("docs/dependencies.md").matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(listed).toEqual(Object.keys(manifest.dependencies).toSorted());
  });

  test("the picture in README is there and small", () => {
    expect(readFileSync(join(root, "docs", "images", "demo-report.png")).length).toBeLessThan(400_000);
  });

  test("version.ts says what package.json says", () => {
    expect(version).toBe(manifest.version);
  });
});

/** Targets of the page's links and pictures; addresses on the web are not visited. */
function linksOf(page: string): string[] {
  return [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target ?? "")
    .filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? join(root, page) : resolve(root, dirname(page), path);
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsOf(readFileSync(target, "utf8")).includes(anchor);
}

/** Headings as GitHub names them: lower case, no punctuation, dashes for spaces. */
function anchorsOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");
}

/** What stands after `signalbox` in a shell block or in code style, cut at a comment or a pipe. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, body = ""]) => body.split("\n"));
  const inline = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? "");
  return [...blocks, ...inline].flatMap((line) => {
    const found = /^(?:\$ |npx )*signalbox ([a-z].*)$/.exec(line.trim());
    return found ? [(found[1] ?? "").split(/ +#| \| /)[0] ?? ""] : [];
  });
}

/** The command itself, or the options its help does not list. */
function unknownParts(line: string): string[] {
  const words = line.replaceAll(/"[^"]*"/g, "…").split(/\s+/);
  const name = words[0] ?? "";
  if (!new RegExp(`^  ${name} `, "m").test(helpOf([]))) return [`signalbox ${name}`];
  const group = helpOf([name]).includes("Commands:") && words[1] !== undefined;
  const help = helpOf(group ? [name, words[1] ?? ""] : [name]);
  const options = words.filter((word) => /^--?[a-z]/.test(word));
  return options
    .filter((option) => !new RegExp(`(?:^|[\\s,])${option}(?:[\\s,]|$)`, "m").test(help))
    .map((o) => `${line}: ${o}`);
}

const helps = new Map<string, string>();

function helpOf(path: readonly string[]): string {
  const key = path.join(" ");
  const text = helps.get(key) ?? run([command, ...path, "--help"]);
  helps.set(key, text);
  return text;
}

function exportedTypes(): string[] {
  const source = read("src/index.ts");
  const passedOn = [...source.matchAll(/export type \{([^}]*)\} from/g)].flatMap(([, names = ""]) => names.split(","));
  const own = [...source.matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, name]) => name ?? "");
  return [...passedOn.map((name) => name.trim()), ...own].filter((name) => name !== "");
}

/** Standard output, whatever the exit code. */
function run(args: readonly string[]): string {
  try {
    return execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  } catch (error) {
    return (error as { readonly stdout?: string }).stdout ?? String(error);
  }
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

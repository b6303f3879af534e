/**
 * The shape of the house, held by reading every import under src/. docs/architecture.md shows the same table.
 * A broken rule prints the offending line and the rule. Unit tests may import what they like.
 */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { breakdowns, metrics } from "../src/metrics/registry.ts";
import { routers } from "../src/routers/registry.ts";

interface RoomRule {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
  /** whether it may touch Node: files, threads, the clock, the environment */
  readonly node: boolean;
}

const importTable: Readonly<Record<string, RoomRule>> = {
  math: { rooms: [], packages: [], node: false },
  core: { rooms: ["math"], packages: ["fastest-levenshtein", "zod"], node: false },
  text: { rooms: ["math"], packages: ["zod"], node: false },
  routers: { rooms: ["core", "math", "text"], packages: ["zod"], node: false },
  metrics: { rooms: ["core", "math"], packages: [], node: false },
  evaluators: { rooms: ["core", "math"], packages: ["zod"], node: false },
  datasets: { rooms: ["core", "math"], packages: ["zod"], node: false },
  prices: { rooms: ["core"], packages: ["@pydantic/genai-prices", "gpt-tokenizer", "zod"], node: false },
  parallel: { rooms: ["core", "math"], packages: ["piscina"], node: true },
  providers: { rooms: ["core", "math"], packages: ["p-retry", "undici"], node: true },
  store: {
    rooms: ["core", "math", "parallel"],
    packages: [
      "@duckdb/node-api",
      "@streamparser/json",
      "@uwdata/flechette",
      "p-retry",
      "tar",
      "undici",
      "yaml",
      "zod",
    ],
    node: true,
  },
  loading: { rooms: ["core", "datasets", "math", "store"], packages: ["yaml", "zod"], node: true },
  cache: { rooms: ["core", "store"], packages: ["ioredis", "lmdb", "zod"], node: true },
  encoders: {
    rooms: ["core", "math", "providers", "store", "text"],
    packages: ["@duckdb/node-api", "@huggingface/transformers", "p-queue", "undici", "zod"],
    node: true,
  },
  collect: {
    rooms: ["cache", "core", "datasets", "loading", "math", "prices", "providers", "queue", "store"],
    packages: ["ioredis", "zod"],
    node: true,
  },
  queue: { rooms: ["core"], packages: ["bullmq", "ioredis", "zod"], node: true },
  judge: { rooms: ["cache", "collect", "core", "prices"], packages: [], node: false },
  experiment: {
    rooms: ["core", "encoders", "math", "metrics", "parallel", "queue", "routers", "store", "text", "version.ts"],
    packages: ["ioredis", "zod"],
    node: true,
  },
  sandbox: { rooms: ["core", "parallel"], packages: ["pyodide"], node: true },
  scoring: {
    rooms: ["core", "datasets", "evaluators", "math", "providers", "store"],
    packages: ["zod"],
    node: true,
  },
  serving: {
    rooms: ["core", "evaluators", "experiment", "math", "parallel", "prices", "routers", "store"],
    packages: ["zod"],
    node: true,
  },
  "gateway-state": {
    rooms: ["core", "prices", "serving", "store"],
    packages: ["ioredis", "lmdb", "zod"],
    node: true,
  },
  report: {
    rooms: ["core"],
    packages: ["@observablehq/plot", "cli-table3", "csv-stringify", "linkedom", "picocolors", "zod"],
    node: false,
  },
  simulate: { rooms: ["core", "math", "store"], packages: ["zod"], node: true },
  telemetry: {
    rooms: ["core", "providers"],
    packages: [
      "@opentelemetry/api",
      "@opentelemetry/exporter-trace-otlp-http",
      "@opentelemetry/resources",
      "@opentelemetry/sdk-trace-base",
      "prom-client",
    ],
    node: true,
  },
  gateway: {
    rooms: ["collect", "core", "experiment", "gateway-state", "prices", "providers", "serving", "store", "telemetry"],
    packages: ["@opentelemetry/api", "fastify", "prom-client", "undici", "zod"],
    node: true,
  },
  cli: {
    rooms: [
      "cache",
      "collect",
      "core",
      "datasets",
      "encoders",
      "evaluators",
      "experiment",
      "gateway",
      "gateway-state",
      "judge",
      "loading",
      "prices",
      "providers",
      "queue",
      "report",
      "routers",
      "sandbox",
      "scoring",
      "serving",
      "simulate",
      "store",
      "telemetry",
      "version.ts",
    ],
    packages: ["cli-progress", "cli-table3", "commander", "picocolors", "yaml", "zod"],
    node: true,
  },
  "index.ts": {
    rooms: [
      "core",
      "datasets",
      "encoders",
      "evaluators",
      "experiment",
      "loading",
      "math",
      "metrics",
      "report",
      "routers",
      "scoring",
      "serving",
      "simulate",
      "store",
      "version.ts",
    ],
    packages: [],
    node: false,
  },
  "browser.ts": { rooms: ["core", "experiment", "routers"], packages: [], node: false },
  "version.ts": { rooms: [], packages: [], node: false },
};

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src");

interface SourceFile {
  /** from src/, with "/" */
  readonly path: string;
  readonly lines: readonly string[];
}

const files: readonly SourceFile[] = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.endsWith(".d.ts"))
  .toSorted()
  .map((path) => ({ path, lines: readFileSync(join(source, path), "utf8").split("\n") }));

/** AssemblyScript is another language with its own imports; the file the compiler makes of it is generated. */
const isKernel = ({ path }: SourceFile): boolean =>
  path.startsWith("math/assembly/") || path === "math/kernels-wasm.ts";

describe("architecture", () => {
  test("every folder under src is a room of the import table", () => {
    const rooms = new Set(files.map(({ path }) => roomOf(path)));
    expect([...rooms].toSorted()).toEqual(Object.keys(importTable).toSorted());
  });

  test("a room imports only the rooms and packages its line of the table allows", () => {
    expect(files.filter((file) => !isKernel(file)).flatMap(brokenImports)).toEqual([]);
  });

  test("what browser.ts brings along asks nothing of Node and no package but two plain ones", () => {
    const packages = new Set([...filesBehind("browser.ts")].flatMap(({ outside }) => outside));
    expect([...packages].toSorted()).toEqual(["fastest-levenshtein", "zod"]);
  });

  test("docs/architecture.md shows the import table as it is held here", () => {
    const page = readFileSync(join(root, "docs", "architecture.md"), "utf8");
    const rows = Object.entries(importTable).map(([room, { rooms, packages, node }]) => {
      const names = packages.map((name) => `\`${name}\``).join(", ");
      return `| ${room} | ${rooms.join(", ") || "nothing"} | ${names || "none"} | ${node ? "yes" : "no"} |`;
    });
    expect(page).toContain(rows.join("\n"));
  });

  test("heavy packages are loaded when used, never on import", () => {
    const heavy = ["@duckdb/node-api", "@observablehq/plot", "bullmq", "ioredis", "linkedom"];
    const eager = files.flatMap(({ path, lines }) =>
      lines.filter((line) => heavy.some((name) => isEager(line, name))).map((line) => `src/${path}: ${line}`),
    );
    expect(eager).toEqual([]);
  });

  test("index.ts and the registries are the only barrels", () => {
    const entry = (path: string): boolean => path === "index.ts" || /\/registry\.ts$|-worker\.ts$/.test(path);
    const barrels = files.filter((file) => !isKernel(file) && !entry(file.path) && isBarrel(file));
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });

  test("imports inside the house name the file, with .ts", () => {
    const loose = files
      .filter((file) => !isKernel(file))
      .flatMap((file) =>
        importsOf(file)
          .filter(({ target }) => target.startsWith(".") && !/\.(?:ts|mjs)$/.test(target))
          .map(({ at }) => at),
      );
    expect(loose).toEqual([]);
  });

  test("no file is longer than 300 lines", () => {
    const long = files.filter(({ lines }) => lines.length - 1 > 300);
    expect(long.map(({ path, lines }) => `${path}: ${lines.length - 1} lines`)).toEqual([]);
  });

  test("nothing is a default export", () => {
    expect(linesThat(/^export default\b/)).toEqual([]);
  });

  test("only the command line prints or exits", () => {
    const outside = linesThat(/\bconsole\.\w|\bprocess\.(?:exit|stdout|stderr|argv)\b/);
    expect(outside.filter((line) => !line.startsWith("src/cli/"))).toEqual([]);
  });
});

describe("registries", () => {
  test("every router defined in src/routers is listed in its registry", async () => {
    const defined = await definedIn("routers", (value) => "fit" in value && "estimate" in value);
    expect(defined.filter(({ value }) => !routers.includes(value as never)).map(({ at }) => at)).toEqual([]);
    expect(defined).toHaveLength(routers.length);
  });

  test("every metric defined in src/metrics is listed in its registry", async () => {
    const listed: readonly unknown[] = [...metrics, ...breakdowns];
    const defined = await definedIn("metrics", (value) => "compute" in value && "formula" in value);
    expect(defined.filter(({ value }) => !listed.includes(value)).map(({ at }) => at)).toEqual([]);
    expect(defined).toHaveLength(listed.length);
  });
});

interface Import {
  readonly target: string;
  readonly at: string;
}

/** Static and dynamic imports, re-exports, and worker files named by URL. The formatter keeps each on one closing line. */
function importsOf({ path, lines }: SourceFile): Import[] {
  const patterns = [
    /^(?:import|export|\})[^"]*\bfrom "([^"]+)"/g,
    /^import "([^"]+)"/g,
    /\bimport\("([^"]+)"\)/g,
    /new URL\("(\.[^"]+)", import\.meta\.url\)/g,
  ];
  return lines.flatMap((line, i) => {
    if (/^\s*(?:\*|\/\/)/.test(line)) return [];
    const targets = patterns.flatMap((pattern) => [...line.matchAll(pattern)].map(([, target]) => target ?? ""));
    return targets.map((target) => ({ target, at: `src/${path}:${i + 1}: ${line.trim()}` }));
  });
}

/** The file and all that it imports when it runs, each with the packages it names. */
function filesBehind(path: string, seen = new Map<string, { outside: string[] }>()): Iterable<{ outside: string[] }> {
  const file = files.find((candidate) => candidate.path === path);
  if (!file || seen.has(path)) return seen.values();
  const targets = importsOf({ ...file, lines: file.lines.filter((line) => !/^(?:import|export) type\b/.test(line)) });
  const isInside = ({ target }: Import): boolean => target.startsWith(".");
  seen.set(path, { outside: targets.filter((one) => !isInside(one)).map(({ target }) => target) });
  for (const { target } of targets.filter(isInside))
    filesBehind(relative(source, join(source, dirname(path), target)), seen);
  return seen.values();
}

function brokenImports(file: SourceFile): string[] {
  const room = roomOf(file.path);
  const rule = importTable[room];
  if (!rule) return [];
  return importsOf(file)
    .filter(({ target }) => !allowed(rule, room, file.path, target))
    .map(({ at }) => `${at}\n  rule: ${room} may import ${describeRule(rule)}`);
}

function allowed(rule: RoomRule, room: string, path: string, target: string): boolean {
  if (target.startsWith("node:")) return rule.node;
  if (!target.startsWith(".")) return rule.packages.some((name) => target === name || target.startsWith(`${name}/`));
  const other = roomOf(relative(source, join(source, dirname(path), target)));
  return other === room || rule.rooms.includes(other);
}

function describeRule({ rooms, packages, node }: RoomRule): string {
  return [...rooms, ...packages, ...(node ? ["node:*"] : [])].join(", ") || "nothing";
}

function roomOf(path: string): string {
  return path.split("/")[0] ?? path;
}

/** A file that only passes on what other files export. */
function isBarrel({ lines }: SourceFile): boolean {
  const code = codeOnly(lines.join(" "))
    .replaceAll(/export (?:type )?(?:\*|\{[^}]*\}) from\s*;/g, "")
    .trim();
  return code === "" && lines.some((line) => line.startsWith("export"));
}

function isEager(line: string, name: string): boolean {
  return new RegExp(`^(?:import|export|\\})(?! type\\b).*"${name}(?:/[^"]*)?"`).test(line);
}

function linesThat(pattern: RegExp): string[] {
  return files
    .filter((file) => !isKernel(file))
    .flatMap(({ path, lines }) =>
      codeOnly(lines.join("\n"))
        .split("\n")
        .flatMap((line, i) => (pattern.test(line) ? [`src/${path}:${i + 1}: ${line.trim()}`] : [])),
    );
}

/** The text without comments, strings and templates, line numbers kept. */
function codeOnly(text: string): string {
  const quoted = /\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;
  return text.replaceAll(quoted, (match) => match.replaceAll(/[^\n]/g, ""));
}

async function definedIn(
  room: string,
  is: (value: object) => boolean,
): Promise<{ readonly value: unknown; readonly at: string }[]> {
  const found = new Map<unknown, string>();
  for (const { path } of files.filter((file) => roomOf(file.path) === room && !file.path.endsWith("registry.ts"))) {
    const module = (await import(join(source, path))) as Record<string, unknown>;
    for (const [name, value] of Object.entries(module)) {
      if (typeof value === "object" && value !== null && is(value)) found.set(value, `src/${path}: ${name}`);
    }
  }
  return [...found].map(([value, at]) => ({ value, at }));
}

/** README, "From result files to a served router", done as it says, line by line; then the examples that ask a gateway ask that one. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { simulatedResultFiles } from "../src/simulate/result-files.ts";
import { writeResultFile } from "../src/store/write-result-file.ts";
import { commandLinePath } from "./support/command-line.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { startCommand } from "./support/worker-process.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = await readFile(join(root, "README.md"), "utf8");
const walk = /^## From result files to a served router\n(.*?)^## /ms.exec(readme)?.[1] ?? "";

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...walk.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language = "", text = ""]) => ({
  language,
  text,
}));

/** A folder as the reader's: results of their own, and the packages the page names. */
async function readersFolder(): Promise<string> {
  const folder = await temporaryFolder();
  for (const file of simulatedResultFiles(20, 7)) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await writeResultFile(join(folder, "results"), file);
  }
  await mkdir(join(folder, "node_modules"));
  await symlink(join(root, "node_modules", "openai"), join(folder, "node_modules", "openai"));
  return folder;
}

/** The walk of one reader. The page's addresses are taken by what listens on a free port instead. */
class Walk {
  readonly outputs: string[] = [];
  readonly #folder: string;
  readonly #addresses = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  get gateway(): string {
    return `http://${this.#addresses.get("127.0.0.1:8787")}/v1`;
  }

  async take({ language, text }: Block): Promise<void> {
    const lines = language === "sh" ? text.replaceAll("\\\n", " ").trim().split("\n") : [];
    for (const line of lines) {
      // oxlint-disable-next-line no-await-in-loop -- a line after the other
      this.outputs.push(await this.#line(line));
    }
    if (language !== "js") return;
    await writeFile(join(this.#folder, "ask.mjs"), this.#here(text));
    this.outputs.push(await this.run(process.execPath, ["ask.mjs"]));
  }

  async #line(line: string): Promise<string> {
    const words = line.split(" ");
    if (line.startsWith("npx signalbox simulate"))
      return await this.#start("127.0.0.1:8099", ["simulate", "--port", "0"]);
    if (line.startsWith("npx signalbox serve"))
      return await this.#start("127.0.0.1:8787", [...words.slice(2), "--listen", "127.0.0.1:0"]);
    return await this.run("sh", [
      "-c",
      this.#here(line).replaceAll("npx signalbox", `'${process.execPath}' '${commandLinePath}'`),
    ]);
  }

  /** What stays in a terminal of its own, until the test is over. */
  async #start(usual: string, args: readonly string[]): Promise<string> {
    const config = join(this.#folder, "signalbox.yaml");
    await writeFile(config, this.#here(await readFile(config, "utf8")));
    const { said } = startCommand(args, this.#folder);
    await expect.poll(said, { timeout: 120_000 }).toMatch(/Ctrl-C ends it/);
    this.#addresses.set(usual, /127\.0\.0\.1:\d+/.exec(said())?.[0] ?? "");
    return said();
  }

  async run(program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<string> {
    const env = { ...process.env, SIGNALBOX_CACHE: join(this.#folder, "cache"), NO_COLOR: "1", ...more };
    const { stdout } = await promisify(execFile)(program, args, { cwd: this.#folder, env });
    return stdout;
  }

  #here(text: string): string {
    return [...this.#addresses].reduce((all, [usual, real]) => all.replaceAll(usual, real), text);
  }
}

/** What stands before the numbers, names and values that differ from run to run. */
const steady = (line: string): string => line.split(/ {2,}|: /)[0] ?? "";

test("every line of README's way from results to a gateway does what it says", { timeout: 300_000 }, async () => {
  expect(blocks.map(({ language }) => language)).toEqual([
    "sh",
    "sh",
    "sh",
    "yaml",
    "sh",
    "sh",
    "text",
    "js",
    "sh",
    "text",
  ]);
  const folder = await readersFolder();
  const reader = new Walk(folder);
  for (const block of blocks) {
    // oxlint-disable-next-line no-await-in-loop -- a step after the other
    await reader.take(block);
  }
  const said = reader.outputs.join("\n");
  const shown = blocks.filter(({ language }) => language === "text").flatMap(({ text }) => text.trim().split("\n"));
  for (const line of shown.filter((one) => one !== "[…]")) expect(said).toContain(steady(line));
  expect(said).toMatch(/^(?:GPT-5|Qwen3-235B) \S+/m);
  await requireExamples(reader, folder);
});

async function requireExamples(reader: Walk, folder: string): Promise<void> {
  await copyFile(join(root, "examples", "07-openai-client.ts"), join(folder, "client.mjs"));
  const env = { GATEWAY: reader.gateway };
  expect(await reader.run(process.execPath, ["client.mjs"], env)).toMatch(
    /^\S.* \((?:GPT-5|Qwen3-235B): knn, argmax, 0\.\d+ expected\)\n\S.* \(Qwen3-235B, \d+ tokens\)\n404 model_not_found\n$/,
  );
  const curled = await reader.run("sh", [join(root, "examples", "08-curl.sh")], env);
  expect(curled).toMatch(/"id":"router-my-router"/);
  expect(curled).toMatch(/"model":"\S+?","router":"my-router"/);
  expect(curled).toMatch(/x-signalbox-alternatives: (?:GPT-5|Qwen3-235B);score=0\.\d+;cost-usd=/);
  expect(curled).toMatch(/"model":"Qwen3-235B"[^\n]*\n\ndata: \[DONE\]/);
  expect(curled).toMatch(/"model":"GPT-5"/);
}

/**
 * The examples run as a user would run them: each file, word for word, in a folder where signalbox is installed.
 * They hold no type syntax, so the same text is JavaScript for the Nodes that cannot run TypeScript.
 */
import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./support/temporary-folder.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "examples");
/** Those that ask a gateway are run against one, in readme-walk.test.ts. */
const asking = ["07-openai-client.ts", "08-curl.sh"];
const files = (await readdir(folder)).filter((name) => /\.(?:ts|sh)$/.test(name)).toSorted();
const names = files.filter((name) => !asking.includes(name));

/** Any attempt to open a connection ends the program. */
const noNetwork = `data:text/javascript,${encodeURIComponent(
  'import net from "node:net"; net.Socket.prototype.connect = () => { throw new Error("the example used the network"); };',
)}`;

const expected: Readonly<Record<string, RegExp>> = {
  "01-replay-a-table.ts": /^360 prompts × 12 models\nbestSingle +\d+\.\d %/,
  "02-fit-and-compare.ts": /beats the best single model|not distinguishable|No router/,
  "03-your-own-router.ts": /^by-length: mean score 0\.\d{3} on 108 test prompts/,
  "04-route-in-process.ts": /best: \S+ +at λ = 5: \S+/,
  "05-create-router.ts":
    /^\S+: 0\.\d\d expected, .* USD \(avengers, argmax\)\nthen: \S+\nunder half of that: \S+; shut out: \d+ of 12\nin a session: \S+/,
  "06-ai-sdk-model.ts": /^\S+ answers "avengers, argmax"\n\S+ answers "avengers, argmax"/,
};

describe("examples", () => {
  test("each has its expected output written down here, or is run against a gateway", () => {
    expect(files).toEqual([...Object.keys(expected), ...asking]);
  });

  test.each(names)("%s runs with no key and no network, and says what it should", async (name) => {
    const output = await runAsUser(name);
    expect(output).toMatch(expected[name] ?? /never/);
  });

  test.each(files)("%s fits on one screen: under 40 lines", async (name) => {
    const text = await readFile(join(folder, name), "utf8");
    expect(text.split("\n").length).toBeLessThan(41);
  });
});

/** Copies the example beside an installed signalbox and runs it; gives what it printed. */
async function runAsUser(name: string): Promise<string> {
  const home = await temporaryFolder();
  await mkdir(join(home, "node_modules"));
  await symlink(root, join(home, "node_modules", "signalbox"));
  for (const peer of ["zod", "ai"]) {
    // oxlint-disable-next-line no-await-in-loop
    await symlink(join(root, "node_modules", peer), join(home, "node_modules", peer));
  }
  const script = join(home, name.replace(/\.ts$/, ".mjs"));
  await copyFile(join(folder, name), script);
  const env = { ...process.env, TMPDIR: home };
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", noNetwork, script], { cwd: home, env });
  return stdout;
}

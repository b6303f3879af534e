/** The command line under which the child process runs: what it may not do is said here, and the tests try it. */
import { existsSync } from "node:fs";

export interface HardenedNode {
  readonly command: string;
  readonly args: readonly string[];
}

const stackMiB = 256;

/** `readable`: files and folders (ending in "/") it may read; all others, all writing and all processes are refused. */
export function hardenedNode(readable: readonly string[]): HardenedNode {
  const major = Number(process.versions.node.split(".")[0]);
  const permission = major >= 24 ? "--permission" : "--experimental-permission";
  const flags = [
    "--disallow-code-generation-from-strings",
    "--no-warnings",
    permission,
    ...readable.map((path) => `--allow-fs-read=${path}`),
  ];
  const prlimit = ["/usr/bin/prlimit", "/bin/prlimit"].find((path) => existsSync(path));
  // Deep recursion through C needs a deep stack; without a way to ask for one, Node's own.
  if (prlimit === undefined) return { command: process.execPath, args: flags };
  const stack = [
    `--stack=${stackMiB * 2 ** 20}`,
    "--core=0",
    process.execPath,
    `--stack-size=${stackMiB * 1000 - 6000}`,
  ];
  return { command: prlimit, args: [...stack, ...flags] };
}

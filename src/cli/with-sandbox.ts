/** The option --sandbox, and the place it names, for commands that score answers. */
import { join } from "node:path";
import { Option } from "commander";
import type { Sandbox } from "../core/sandbox.ts";
import { openSandbox, sandboxEngines } from "../sandbox/open-sandbox.ts";
import type { SandboxEngine } from "../sandbox/open-sandbox.ts";
import { sandboxOnUse } from "../sandbox/sandbox-on-use.ts";
import { defaultCacheDir } from "../store/cache-dir.ts";
import { makeFolder } from "../store/make-folder.ts";

export function sandboxOption(): Option {
  return new Option("--sandbox <engine>", "where programs of models run: bubblewrap, Pyodide, or the stronger there is")
    .choices(sandboxEngines)
    .default("auto");
}

/** Runs `work` with a sandbox that opens with the first program, and is closed after. */
export async function withSandbox<Result>(
  engine: SandboxEngine,
  work: (sandbox: Sandbox) => Promise<Result>,
): Promise<Result> {
  const cacheFolder = join(defaultCacheDir(), "sandbox");
  const sandbox = sandboxOnUse(async () => {
    await makeFolder(cacheFolder);
    return await openSandbox({ engine, cacheFolder });
  });
  try {
    return await work(sandbox);
  } finally {
    await sandbox.close();
  }
}

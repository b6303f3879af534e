/** A sandbox that opens with the first program: most answers need none, and opening one takes a second. */
import type { Sandbox } from "../core/sandbox.ts";

export function sandboxOnUse(open: () => Promise<Sandbox>): Sandbox {
  let opening: Promise<Sandbox> | undefined;
  let name = "";
  return {
    /** "" before the first program */
    get name() {
      return name;
    },
    async run(request, signal) {
      const sandbox = await (opening ??= open());
      name = sandbox.name;
      return await sandbox.run(request, signal);
    },
    async close() {
      await (await opening)?.close();
    },
  };
}

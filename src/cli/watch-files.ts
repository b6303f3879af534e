/**
 * Looks at files now and then, and compares them with how they stood before they were read: a change that came between the reading
 * and the first look is seen as well, whatever happens meanwhile.
 */
import { fileState } from "./file-state.ts";

export interface WatchedFiles {
  /** Those to look at from now on, each as it stood before it was read. */
  know(files: ReadonlyMap<string, string>): void;
  stop(): void;
}

/** @param onChange called once for all that has changed; the next look waits for it */
export function watchFiles(
  first: ReadonlyMap<string, string>,
  onChange: () => Promise<void>,
  lookEveryMs: number,
): WatchedFiles {
  let known = new Map(first);
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const look = async (): Promise<void> => {
    const seen = known;
    const found = await Promise.all(Array.from(seen, async ([path]) => [path, await fileState(path)] as const));
    // Read anew meanwhile: what was found is older than what is known.
    if (isStopped || known !== seen) return;
    // A file that is not there for a moment is being replaced: what comes in its place is the change.
    const changed = found.filter(([path, state]) => state !== "" && state !== seen.get(path));
    for (const [path, state] of changed) seen.set(path, state);
    if (changed.length > 0) await onChange();
  };
  const lookLater = (): void => {
    timer = setTimeout(() => void look().finally(() => isStopped || lookLater()), lookEveryMs);
    timer.unref();
  };
  lookLater();
  return {
    know(files) {
      known = new Map(files);
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

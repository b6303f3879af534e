/** A state by its address: this process's memory, a folder, or Redis. */
import { resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import type { OpenedState } from "./embedded-state.ts";
import { memoryState } from "./memory-state.ts";
import { defaultStateOptions } from "./state-options.ts";
import type { StateOptions } from "./state-options.ts";

/**
 * Opens it.
 * @param place "memory", a folder, which is made where it is not there, or redis://HOST:PORT/DATABASE
 * @param environment for the password of Redis, in SIGNALBOX_REDIS_PASSWORD
 * @throws UsageError for another kind of address; StateError when it cannot be opened
 */
export async function openState(
  place: string,
  options: Partial<StateOptions> = {},
  environment: NodeJS.ProcessEnv = {},
): Promise<OpenedState> {
  const all = { ...defaultStateOptions, ...options };
  if (place === "memory") return memoryState(all);
  if (/^rediss?:/i.test(place)) {
    if (!URL.canParse(place) || new URL(place).hostname === "") throw notAnAddress(place);
    const { redisState } = await import("./redis-state.ts");
    return await redisState({ url: place, password: environment["SIGNALBOX_REDIS_PASSWORD"] }, all);
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) throw notAnAddress(place);
  const { folderState } = await import("./folder-state.ts");
  return await folderState(resolve(place), all);
}

function notAnAddress(place: string): UsageError {
  return new UsageError({
    problem: "not the address of a gateway's state",
    // Only its kind is shown: the rest may hold a password.
    where: place.replace(/:.*/s, ":…"),
    mend: "Give memory, a folder, or redis://HOST:PORT.",
  });
}

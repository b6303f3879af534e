/** Names of jobs, gathered by the queue they stand in. */
import { jobIdParts } from "./keys.ts";

export function byQueue(ids: readonly string[]): [queue: string, jobs: string[]][] {
  const groups = new Map<string, string[]>();
  for (const id of ids) {
    const [queue, job] = jobIdParts(id);
    const group = groups.get(queue);
    if (group) group.push(job);
    else groups.set(queue, [job]);
  }
  return [...groups];
}

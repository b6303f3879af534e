/** What stands where in Redis. Everything of ours begins with "signalbox:", so that other users of the same Redis are let be. */

/** BullMQ's own keys. */
export const jobPrefix = "signalbox:jobs";

/** Hash: run → its description, for workers to find. */
export const runsKey = "signalbox:runs";

/** Hash: job → its result, until the coordinator has it on disk. */
export function resultsKey(queue: string): string {
  return `signalbox:results:${queue}`;
}

/** Set: jobs whose results were on disk lately; a job that is not closed yet is told by it. */
export function savedKey(queue: string): string {
  return `signalbox:saved:${queue}`;
}

/** Hash: job → how many workers were lost or stopped over it. */
export function lostKey(queue: string): string {
  return `signalbox:lost:${queue}`;
}

/** List of "QUEUE JOB": results that came since the coordinator last looked; and of jobs given back, as `sayGivenBack` has it. */
export function readyKey(run: string): string {
  return `signalbox:ready:${run}`;
}

/** Stands while a worker is at the job, for when Redis has forgotten the job itself. */
export function claimKey(queue: string, job: string): string {
  return `signalbox:claim:${queue}:${job}`;
}

/** Hash: worker → why it does not serve the run, in words for people. */
export function refusalsKey(run: string): string {
  return `signalbox:refusals:${run}`;
}

/** Who coordinates the run, while it lives. */
export function holderKey(run: string): string {
  return `signalbox:holder:${run}`;
}

/** Hash: number → a chunk of bytes that are named by their SHA-256. */
export function bytesKey(sha256: string): string {
  return `signalbox:bytes:${sha256}`;
}

/** Hash: how fast an endpoint may be asked, by all workers together. */
export function paceKey(identity: string): string {
  return `signalbox:pace:${identity}`;
}

/** A job's name among those of all queues. */
export function jobIdOf(queue: string, job: string): string {
  return `${queue} ${job}`;
}

const back = "back:";

/** A job that its worker has not begun, and will not; and what it was put up in, since it may be up anew by now. */
export interface GivenBack {
  readonly carrier: string;
  readonly id: string;
}

export function sayGivenBack({ carrier, id }: GivenBack): string {
  return `${back}${carrier} ${id}`;
}

/** Undefined where a job with a result was named. */
export function givenBackOf(said: string): GivenBack | undefined {
  if (!said.startsWith(back)) return undefined;
  const [carrier, id] = jobIdParts(said.slice(back.length));
  return { carrier, id };
}

export function jobIdParts(id: string): [queue: string, job: string] {
  const space = id.indexOf(" ");
  return [id.slice(0, space), id.slice(space + 1)];
}

/**
 * Jobs that go through BullMQ as one and are done one after the other: what a job costs there is paid once for all of them. Since
 * one is at hand at a time, a chain takes the room of a single job, and who is killed over it loses that one.
 */
import { randomUUID } from "node:crypto";

/** A job's name and what it says. */
export type Link = readonly [job: string, data: string];

export type Chain = readonly Link[];

/** BullMQ's name of a chain. A job alone goes by its own, so that one which is up already is not put up twice. */
export function carrierOf(chain: Chain): string {
  const [first] = chain;
  return chain.length === 1 && first ? first[0] : `chain-${randomUUID()}`;
}

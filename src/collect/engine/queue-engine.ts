/**
 * The engine for many machines: calls go through BullMQ to workers. This process keeps plan, budget and journal; it needs no
 * key. Money is reserved before a call is put up and settled when its answer is on disk, so the budget holds over all workers,
 * and a dead worker's reservation stays with its call, which another one takes over.
 */
import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SignalboxError } from "../../core/errors.ts";
import { pacedLengths } from "../../queue/chain-lengths.ts";
import type { ChainLengths } from "../../queue/chain-lengths.ts";
import { connectRedis } from "../../queue/connect-redis.ts";
import { openCoordinator } from "../../queue/coordinator.ts";
import type { Coordinator } from "../../queue/coordinator.ts";
import { QueueError } from "../../queue/queue-error.ts";
import { systemCode, writeFileAtomic } from "../../store/atomic-write.ts";
import type { CollectConfig } from "../config-schema.ts";
import { jobOf, needsOf, outcomeOf } from "./call-job.ts";
import type { Caller, CallOutcome } from "./caller.ts";
import type { CallEngine } from "./engine.ts";

export interface QueueEngineOptions {
  /** redis:// or rediss:// */
  readonly redis: string;
  /** where the address has none */
  readonly password?: string | undefined;
  /** a worker that is silent for so long is taken for dead, and its calls are given to another */
  readonly stalledAfterMs: number;
  readonly checkMs?: number | undefined;
  readonly onNote?: ((text: string) => void) | undefined;
}

export function queueEngine(options: QueueEngineOptions): CallEngine {
  return {
    async open(config) {
      const redis = await connectRedis(options.redis, options.password);
      let coordinator: Coordinator | undefined;
      return {
        async start({ output, isSaved }) {
          const run = await runNameOf(output);
          const lanes = lanesOf(run, config);
          const info = { kind: "collect" as const, lockMs: options.stalledAfterMs, lanes, setup: "" };
          const { checkMs, onNote } = options;
          const lengths = pacedLengths(lanes, () => performance.now());
          const opened = await openCoordinator(redis, { run, info, isSaved, lengths, checkMs, onNote });
          coordinator = opened;
          return ({ name, concurrency }) => queueCaller(opened, queueOf(run, name), { concurrency, lengths });
        },
        async close(isDone) {
          await coordinator?.close(isDone);
          redis.disconnect();
        },
      };
    },
  };
}

/** Twice as many chains are put up as workers are at, so that no worker waits for the disk of this machine. */
const putUpShare = 2;

function queueCaller(
  coordinator: Coordinator,
  queue: string,
  { concurrency, lengths }: { readonly concurrency: number; readonly lengths: ChainLengths },
): Caller {
  return {
    get concurrency() {
      return putUpShare * concurrency * lengths.of(queue);
    },
    async call(call, signal) {
      try {
        return outcomeOf(await coordinator.submit(queue, call.key, jobOf(call), signal));
      } catch (error) {
        // Worker after worker was lost over this one call: a failure of the call, not of the run.
        if (error instanceof SignalboxError && error.name === "SignalboxError") return lost(error);
        throw error;
      }
    },
    saved: (key) => coordinator.saved(queue, key),
  };
}

function lost({ problem }: SignalboxError): CallOutcome {
  const at = new Date().toISOString();
  return { status: "fail", failure: "cut", httpStatus: NaN, reason: problem, attempts: 0, unsettled: 1, at };
}

function lanesOf(run: string, { models }: CollectConfig) {
  return models.map((model) => ({
    queue: queueOf(run, model.name),
    label: `model ${model.name}`,
    needs: needsOf(model),
    concurrency: model.concurrency,
  }));
}

/** BullMQ takes no colon in a name, and people's names of models may hold anything. */
function queueOf(run: string, model: string): string {
  return `${run}-${createHash("sha256").update(model).digest("hex").slice(0, 12)}`;
}

/** The run's name in Redis: it stays with the folder, so that a run that goes on finds what was left for it. */
async function runNameOf(output: string): Promise<string> {
  const path = join(output, ".queue-run");
  try {
    const name = (await readFile(path, "utf8")).trim();
    if (/^[0-9a-f-]{36}$/.test(name)) return name;
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw new QueueError({ problem: "cannot be read", where: path, cause: error });
  }
  const name = randomUUID();
  await writeFileAtomic(path, `${name}\n`);
  return name;
}

/** Progress of calls to several models: a live bar for each on a terminal, a line a minute elsewhere, nothing when quiet. */
import cliProgress from "cli-progress";
import { clip, count, oneLine } from "../report/format.ts";
import { LaneTally } from "./lane-tally.ts";
import type { LaneOutcome } from "./lane-tally.ts";
import { note } from "./terminal.ts";
import { timeText } from "./time-text.ts";

export interface LaneProgress {
  /** calls to be made, by model */
  plan(calls: ReadonlyMap<string, number>): void;
  add(outcome: LaneOutcome): void;
  stop(): void;
}

export interface LaneProgressOptions {
  readonly quiet: boolean;
  /** how often there is a line, where there is no terminal. @default 60_000 */
  readonly everyMs?: number | undefined;
  readonly write?: ((line: string) => void) | undefined;
}

export function startLaneProgress({ quiet, everyMs = 60_000, write = note }: LaneProgressOptions): LaneProgress {
  if (quiet) return { plan: () => undefined, add: () => undefined, stop: () => undefined };
  return process.stderr.isTTY ? bars() : lines(everyMs, write);
}

const widestName = 24;

function bars(): LaneProgress {
  const multibar = new cliProgress.MultiBar({
    format: "{name} {bar} {value}/{total}  {facts}",
    barsize: 20,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    stream: process.stderr,
  });
  const lanes = new Map<string, { readonly tally: LaneTally; readonly bar: cliProgress.SingleBar }>();
  return {
    plan(calls) {
      const shown = fitting(calls);
      const width = Math.min(widestName, Math.max(...[...shown.keys()].map((name) => name.length)));
      for (const [name, total] of shown) {
        const payload = { name: clip(oneLine(name), width).padEnd(width), facts: "" };
        lanes.set(name, { tally: new LaneTally(name, total), bar: multibar.create(total, 0, payload) });
      }
    },
    add(outcome) {
      const lane = lanes.get(outcome.model) ?? lanes.get(all);
      lane?.tally.add(outcome, performance.now());
      lane?.bar.update(lane.tally.finished, { facts: lane.tally.facts() });
    },
    stop: () => multibar.stop(),
  };
}

const all = "all models";

/** A bar each where the screen has room for them, else one for all: bars that scroll away cannot be drawn over. */
function fitting(calls: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const open = [...calls].filter(([, total]) => total > 0);
  if (open.length <= (process.stderr.rows || 24) - 2) return new Map(open);
  return new Map([[all, open.reduce((sum, [, total]) => sum + total, 0)]]);
}

function lines(everyMs: number, write: (line: string) => void): LaneProgress {
  const started = performance.now();
  let tally: LaneTally | undefined;
  let timer: NodeJS.Timeout | undefined;
  const line = (): string => {
    const { finished = 0, total = 0 } = tally ?? {};
    const share = total === 0 ? 100 : Math.floor((100 * finished) / total);
    return `${count(finished)} of ${count(total)} calls (${share} %), ${tally?.facts() ?? ""}`;
  };
  return {
    plan(calls) {
      tally = new LaneTally(
        all,
        [...calls.values()].reduce((sum, own) => sum + own, 0),
      );
      timer = setInterval(() => write(`collecting: ${line()}`), everyMs);
      timer.unref();
    },
    add: (outcome) => tally?.add(outcome, performance.now()),
    stop() {
      clearInterval(timer);
      if (tally) write(`collected ${line()}, in ${timeText((performance.now() - started) / 1000)}`);
      tally = undefined;
    },
  };
}

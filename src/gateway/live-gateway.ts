/**
 * A gateway whose settings, models and routers can be changed while it serves. Each change begins a generation, and a call is
 * wholly of the one in which it came: its stream ends as it began, and what it was served by is closed when its last call has ended.
 */
import { RunningCalls } from "./running-calls.ts";
import type { GatewayContext } from "./gateway-context.ts";
import type { GatewayParts } from "./gateway-parts.ts";
import { longestCallMs } from "./longest-call.ts";
import { redactorOf } from "./redactor.ts";

/** What all generations share. */
export type SharedContext = Omit<GatewayContext, "settings" | "models" | "decider" | "redactor" | "running">;

export class LiveGateway {
  /** whether it takes no more calls */
  isDraining = false;
  readonly #shared: SharedContext;
  readonly #onDefect: (error: unknown) => void;
  /** every key that was ever in use: an old answer may still quote it */
  readonly #secrets = new Set<string>();
  readonly #generations = new Set<GatewayContext>();
  readonly #closing = new Set<Promise<void>>();
  #now: GatewayContext;
  #parts: GatewayParts;

  constructor(shared: SharedContext, first: GatewayParts) {
    this.#shared = shared;
    this.#onDefect = shared.onDefect;
    this.#parts = first;
    this.#now = this.#begin(first);
  }

  /** What a call that comes now is served by. */
  get now(): GatewayContext {
    return this.#now;
  }

  /** Calls that come from now on are served by `next`. */
  change(next: GatewayParts): void {
    const [before, parts] = [this.#now, this.#parts];
    this.#now = this.#begin(next);
    this.#parts = next;
    const { budgets: caps } = next.settings;
    this.#shared.state.budgets.change({ caps, longestCallMs: longestCallMs(next.settings) });
    this.#end(before, parts);
  }

  /** The calls under way, of all generations. */
  *calls(): Generator<RunningCalls> {
    for (const { running } of this.#generations) yield running;
  }

  /** Once the last call has ended: closes what is served now, and waits for what was served before. */
  async close(): Promise<void> {
    this.#end(this.#now, this.#parts);
    await Promise.all(this.#closing);
  }

  #begin({ settings, models, decider, secrets }: GatewayParts): GatewayContext {
    for (const secret of secrets) this.#secrets.add(secret);
    const redactor = redactorOf(this.#secrets);
    const context = { ...this.#shared, settings, models, decider, redactor, running: new RunningCalls() };
    this.#generations.add(context);
    return context;
  }

  #end(context: GatewayContext, { close }: GatewayParts): void {
    const closing = context.running.whenEmpty().then(async () => {
      this.#generations.delete(context);
      await close?.().catch(this.#onDefect);
    });
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }
}

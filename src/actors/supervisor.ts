import { TelltaleError } from '../model/errors.js';
import type { Millis } from '../model/units.js';
import type { Cancel, Clock, Random } from '../ports/clock.js';
import { Backoff } from './backoff.js';
import type { ActorDefinition, ActorState, ActorStatus, Stop } from './define-actor.js';

/** An actor failed more often than its policy allows; its supervisor fails with it. */
export class TooManyRestartsError extends TelltaleError {
  readonly code = 'TOO_MANY_RESTARTS';
  readonly fault = 'bug';
}

/** The supervisor was stopped while it was still starting its actors. */
export class StoppedError extends TelltaleError {
  readonly code = 'STOPPED';
  readonly fault = 'outage';
}

/** Hears of every change of state; for logs and metrics. */
export type Watch = (status: ActorStatus, error?: unknown) => void;

export interface SupervisorOptions {
  clock: Clock;
  random: Random;
  watch: Watch;
  /** Told once when an actor is beyond its policy, after everything was stopped. */
  escalate(error: TooManyRestartsError): void;
}

/**
 * Runs actors: started in order, each only when the ones before it run; stopped in reverse. One that fails is started again with
 * back-off, alone; one that fails too often takes the supervisor down, which escalates.
 */
export class Supervisor {
  private children: Child[] = [];
  private stopping: Promise<void> | undefined;

  constructor(private readonly options: SupervisorOptions) {}

  /** Starts the actors in order. @throws what the first start of one throws, after the earlier ones were stopped */
  async start(definitions: readonly ActorDefinition[]): Promise<void> {
    for (const definition of definitions) {
      // Told to stop, or one of the earlier ones gave up: nothing more is started that nobody would stop.
      if (this.stopping) throw new StoppedError(`stopped before ${definition.name} was started`, { actor: definition.name });
      const child = new Child(definition, this.options, error => this.escalate(error));
      this.children.push(child);
      try {
        await child.begin();
      } catch (error) {
        await this.stop();
        throw error;
      }
    }
  }

  /** Stops all in reverse order. Safe to call more than once. */
  stop(): Promise<void> {
    this.stopping ??= (async () => {
      for (const child of [...this.children].reverse()) await child.end();
    })();
    return this.stopping;
  }

  status(): ActorStatus[] {
    return this.children.map(child => child.status());
  }

  private escalate(error: TooManyRestartsError): void {
    void this.stop().then(() => this.options.escalate(error));
  }
}

class Child {
  private state: ActorState = 'starting';
  private since: number;
  private restarts = 0;
  private lastError: string | null = null;
  private halt: Stop | undefined;
  private waiting: Cancel | undefined;
  private ended = false;
  private readonly backoff: Backoff;
  /** Counts the runs, so that a failure of an earlier run is not taken for one of this. */
  private run = 0;

  constructor(
    private readonly definition: ActorDefinition,
    private readonly options: SupervisorOptions,
    private readonly escalate: (error: TooManyRestartsError) => void,
  ) {
    this.backoff = new Backoff(definition.restart, options.random);
    this.since = options.clock.now();
  }

  async begin(): Promise<void> {
    const run = ++this.run;
    this.enter('starting');
    const self = { fail: (error: unknown) => void this.failed(run, error) };
    const started = Promise.resolve().then(() => this.definition.start(self));
    // A run that fails, or is ended, while it starts is stopped as soon as it can be, and before the next one begins.
    this.halt = () =>
      started.then(
        halt => halt(),
        () => {},
      );
    await started;
    if (run === this.run && !this.ended) this.enter('running');
  }

  private async failed(run: number, error: unknown): Promise<void> {
    if (run !== this.run || this.ended) return;
    this.run++;
    this.lastError = messageOf(error);
    const wait = this.backoff.next(this.options.clock.now());
    this.enter(wait === undefined ? 'failed' : 'backing_off', error);
    await this.halted();
    if (this.ended) return;
    if (wait === undefined) {
      const { name, restart } = this.definition;
      const message = `${name} failed more than ${restart.maxRestarts} times within ${restart.within / 1000} s: ${this.lastError}`;
      this.escalate(new TooManyRestartsError(message, { actor: name }, { cause: error }));
      return;
    }
    this.waiting = this.options.clock.after(wait, () => {
      this.waiting = undefined;
      this.restarts++;
      const next = this.run + 1;
      this.begin().catch(cause => this.failed(next, cause));
    });
  }

  /** Stops the present run, for no longer than it may take. */
  private async halted(): Promise<void> {
    const halt = this.halt;
    this.halt = undefined;
    if (!halt) return;
    await within(
      this.definition.drainWithin,
      this.options.clock,
      halt().catch(error => {
        this.lastError = `while stopping: ${messageOf(error)}`;
      }),
    );
  }

  async end(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    this.waiting?.();
    await this.halted();
    if (this.state !== 'failed') this.enter('stopped');
  }

  private enter(state: ActorState, error?: unknown): void {
    this.state = state;
    this.since = this.options.clock.now();
    this.options.watch(this.status(), error);
  }

  status(): ActorStatus {
    return {
      name: this.definition.name,
      state: this.state,
      restarts: this.restarts,
      lastError: this.lastError,
      since: this.since,
    };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const within = (limit: Millis, clock: Clock, work: Promise<void>): Promise<void> =>
  new Promise(resolve => {
    const cancel = clock.after(limit, resolve);
    void work.then(() => {
      cancel();
      resolve();
    });
  });

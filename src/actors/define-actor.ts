import type { Millis } from '../model/units.js';

/** When a failed actor is started again, and when not any more. */
export interface RestartPolicy {
  minBackoff: Millis;
  maxBackoff: Millis;
  /** 0.2 = up to 20 % longer, so that many do not come back at once. */
  jitter: number;
  /** More restarts than this within the window: the failure goes up to the supervisor. */
  maxRestarts: number;
  within: Millis;
}

/** What a running actor is given. */
export interface ActorSelf {
  /** Says that it cannot go on: its supervisor stops and restarts it. Later calls are ignored. */
  fail(error: unknown): void;
}

/** Ends what `start` began: drained, closed. */
export type Stop = () => Promise<void>;

/**
 * A supervised actor: a declaration; the supervisor does the running. `start` builds everything afresh at each restart, so that nothing
 * of a failed run is left in the next. (A vehicle is no such actor: it is a memory record that its shard steps.)
 */
export interface ActorDefinition {
  name: string;
  start(self: ActorSelf): Promise<Stop>;
  restart: RestartPolicy;
  /** How long a stop may take before it goes on without it. */
  drainWithin: Millis;
}

export const defineActor = (definition: ActorDefinition): ActorDefinition => definition;

export type ActorState = 'starting' | 'running' | 'backing_off' | 'stopped' | 'failed';

/** What is seen of an actor from outside. */
export interface ActorStatus {
  name: string;
  state: ActorState;
  restarts: number;
  lastError: string | null;
  since: number;
}

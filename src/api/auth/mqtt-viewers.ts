import { createHash } from 'node:crypto';
import { groupLevel } from '../../model/fleet-topics.js';
import { minutes, seconds } from '../../model/units.js';
import type { ViewerGate } from '../../ports/listener.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { createTurns } from '../http/turns.js';
import { mayDo } from '../roles.js';
import { type Authenticator, callerOfUser } from './authenticator.js';
import { createLoginThrottle } from './login-throttle.js';
import { createPasswords } from './passwords.js';
import { secretHash } from './secret-hash.js';

const CREDENTIAL_LIMIT = 512;
const LOOK_AFTER_EVERY = seconds(30);
/** While SQL is away nobody can be asked about; who was let in stays for so long. */
const TRUSTED_FOR = minutes(60);
const REMEMBERED = 1_000;
/** How many log-ins may wait for their turn. */
const WAITING_LIMIT = 32;
/** What is said to the fleet, by group. */
const FLEET_FILTER = /^telltale\/v1\/fleet\/([^/#]+)\/(alerts|notifications|\+)$/;

interface Viewer {
  caller: Caller;
  /** Asks again; undefined = no longer. @throws while that cannot be told */
  again(): Promise<Caller | undefined>;
  confirmedAt: number;
}

/**
 * Lets people and programs hear alerts at the embedded broker: `user:<name>` with the password, or `token:` with an API token as the password.
 * They hear groups of their own and say nothing. Rights that change end their connections.
 * @param drop ends all sessions of a viewer
 */
export const createMqttViewers = (
  { database, clock, random }: Pick<ApiDeps, 'database' | 'clock' | 'random'>,
  authenticator: Pick<Authenticator, 'callerOfTokenHash' | 'onForgotten'>,
  drop: (viewer: string) => void,
): ViewerGate & { close(): void } => {
  const passwords = createPasswords(random);
  const throttle = createLoginThrottle(clock);
  /** Guesses that came together would all be looked at before the first of them counts. */
  const guesses = createTurns(WAITING_LIMIT);
  const viewers = new Map<string, Viewer>();

  const byToken = async (token: string): Promise<Viewer | undefined> => {
    const hash = secretHash(token);
    const again = () => authenticator.callerOfTokenHash(hash);
    const caller = await again();
    return caller && { caller, again, confirmedAt: clock.now() };
  };

  const byPassword = async (name: string, password: string): Promise<Viewer | undefined> => {
    const key = `user ${name}`;
    const user = await guesses([key], async () => {
      if (throttle.waitOf(key) > 0) return undefined;
      const named = await database.userNamed(name);
      const matches = await passwords.matches(password, named?.password_hash);
      const found = matches && named?.disabled_at === null ? named : undefined;
      (found === undefined ? throttle.failed : throttle.succeeded)(key);
      return found;
    });
    if (user === undefined) return undefined;
    const again = async (): Promise<Caller | undefined> => {
      const now = await database.userNamed(name);
      const same = now?.id === user.id && now.password_hash === user.password_hash && now.disabled_at === null;
      return same ? callerOfUser(now, 'bearer', null) : undefined;
    };
    const caller = await again();
    return caller && { caller, again, confirmedAt: clock.now() };
  };

  const lookAfter = async (id: string, viewer: Viewer): Promise<void> => {
    try {
      const caller = await viewer.again();
      if (caller !== undefined && identityOf(caller) === id && mayDo(caller.role, 'live.read')) {
        viewer.confirmedAt = clock.now();
        return;
      }
    } catch {
      if (clock.now() - viewer.confirmedAt < TRUSTED_FOR) return;
    }
    viewers.delete(id);
    drop(id);
  };
  const stopLookingAfter = clock.every(LOOK_AFTER_EVERY, () => {
    for (const [id, viewer] of viewers) void lookAfter(id, viewer);
  });
  const stopListening = authenticator.onForgotten(caller => {
    for (const [id, viewer] of viewers) if (viewer.caller.id === caller) void lookAfter(id, viewer);
  });

  return {
    async authenticate(user, password) {
      const text = Buffer.from(password ?? []).toString();
      if (text.length === 0 || text.length > CREDENTIAL_LIMIT) return undefined;
      const viewer = user.startsWith('user:') ? await byPassword(user.slice('user:'.length), text) : await byToken(text);
      if (viewer === undefined || !mayDo(viewer.caller.role, 'live.read')) return undefined;
      const id = identityOf(viewer.caller);
      viewers.delete(id);
      viewers.set(id, viewer);
      const oldest = viewers.keys().next().value!;
      if (viewers.size > REMEMBERED) {
        viewers.delete(oldest);
        drop(oldest);
      }
      return id;
    },
    maySubscribe(id, filter) {
      const viewer = viewers.get(id);
      const level = FLEET_FILTER.exec(filter)?.[1];
      if (viewer === undefined || level === undefined) return false;
      const { groups } = viewer.caller;
      // A wildcard hears every group, also those that are yet to come.
      return groups.length === 0 || groups.some(group => groupLevel(group) === level);
    },
    close() {
      stopLookingAfter();
      stopListening();
    },
  };
};

/** With the rights in it: who comes back with others is somebody else to the broker, and finds no subscriptions of before. */
const identityOf = ({ id, role, groups }: Caller): string =>
  `viewer:${id}:${createHash('sha256')
    .update(JSON.stringify([role, groups]))
    .digest('base64url')
    .slice(0, 8)}`;

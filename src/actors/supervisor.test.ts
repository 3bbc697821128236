// Proves: actors start in order and stop in reverse; one that fails comes back alone, after its back-off, with nothing left of its failed
// run; one that fails too often takes all down, and only then is that told; a stop that hangs holds nobody up.
import { expect, test } from '@jest/globals';
import { ManualClock } from '../../tests/mqtt/manual-clock.js';
import type { ActorDefinition, ActorSelf, Stop } from './define-actor.js';
import { StoppedError, Supervisor, type TooManyRestartsError } from './supervisor.js';

const restart = { minBackoff: 100, maxBackoff: 1_000, jitter: 0.5, maxRestarts: 3, within: 60_000 };

/** Lets promises run. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve));
};

const scene = () => {
  const clock = new ManualClock();
  const log: string[] = [];
  const escalated: TooManyRestartsError[] = [];
  const selves = new Map<string, ActorSelf[]>();
  const supervisor = new Supervisor({
    clock,
    random: { fraction: () => 0.5, secret: () => new Uint8Array() },
    watch: () => {},
    escalate: error => {
      log.push('escalated');
      escalated.push(error);
    },
  });
  const actor = (name: string, changed: { start?: (self: ActorSelf) => Promise<Stop>; stop?: Stop } = {}): ActorDefinition => ({
    name,
    restart,
    drainWithin: 1_000,
    start: async self => {
      log.push(`+${name}`);
      selves.set(name, [...(selves.get(name) ?? []), self]);
      if (changed.start) return changed.start(self);
      return changed.stop ?? (async () => void log.push(`-${name}`));
    },
  });
  const state = (name: string) => supervisor.status().find(status => status.name === name)!.state;
  return { clock, log, escalated, selves, supervisor, actor, state };
};

test('starts in order, each after the one before it runs, and stops in reverse, once', async () => {
  const { supervisor, actor, log } = scene();
  let open = (_stop: Stop): void => {};
  const slow = actor('b', {
    start: () =>
      new Promise(resolve => {
        open = resolve;
      }),
  });
  const started = supervisor.start([actor('a'), slow, actor('c')]);
  await settle();
  expect(log).toEqual(['+a', '+b']);
  open(async () => void log.push('-b'));
  await started;
  await Promise.all([supervisor.stop(), supervisor.stop()]);
  expect(log).toEqual(['+a', '+b', '+c', '-c', '-b', '-a']);
  expect(supervisor.status().map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped']);
});

test('one that fails is stopped, and starts again alone after its back-off with jitter', async () => {
  const { supervisor, actor, log, selves, clock, state } = scene();
  await supervisor.start([actor('a'), actor('b')]);
  selves.get('a')![0]!.fail(new Error('broken'));
  await settle();
  expect(log).toEqual(['+a', '+b', '-a']);
  expect(state('a')).toBe('backing_off');
  clock.advance(124);
  await settle();
  expect(log).toHaveLength(3);
  clock.advance(1);
  await settle();
  expect(log).toEqual(['+a', '+b', '-a', '+a']);
  expect(supervisor.status()[0]).toMatchObject({ state: 'running', restarts: 1, lastError: 'broken' });
  expect(state('b')).toBe('running');
});

test('what an old run still says is not taken for the new one', async () => {
  const { supervisor, actor, log, selves, clock } = scene();
  await supervisor.start([actor('a')]);
  const [first] = selves.get('a')!;
  first!.fail(new Error('1'));
  first!.fail(new Error('twice'));
  await settle();
  clock.advance(1_000);
  await settle();
  first!.fail(new Error('late'));
  await settle();
  expect(log).toEqual(['+a', '-a', '+a']);
  expect(supervisor.status()[0]).toMatchObject({ state: 'running', restarts: 1, lastError: '1' });
});

test('a restart that throws counts as a failure, and is tried again later', async () => {
  const { supervisor, actor, selves, clock, state } = scene();
  let runs = 0;
  const flaky = actor('a', {
    start: async () => {
      if (++runs === 2) throw new Error('not yet');
      return async () => {};
    },
  });
  await supervisor.start([flaky]);
  selves.get('a')![0]!.fail('once');
  await settle();
  clock.advance(125);
  await settle();
  expect(state('a')).toBe('backing_off');
  expect(supervisor.status()[0]!.lastError).toBe('not yet');
  clock.advance(250);
  await settle();
  expect(state('a')).toBe('running');
});

test('one that fails too often takes all down, and is told of after everything was stopped', async () => {
  const { supervisor, actor, log, selves, clock, escalated } = scene();
  await supervisor.start([actor('a'), actor('b'), actor('c')]);
  for (let i = 0; i <= 3; i++) {
    selves.get('b')![i]!.fail(new Error(`failure ${i}`));
    await settle();
    clock.advance(2_000);
    await settle();
  }
  expect(log.slice(-3)).toEqual(['-c', '-a', 'escalated']);
  expect(log.filter(line => line === '+b')).toHaveLength(4);
  expect(escalated).toHaveLength(1);
  expect(escalated[0]).toMatchObject({ code: 'TOO_MANY_RESTARTS', context: { actor: 'b' } });
  expect(escalated[0]!.message).toContain('failure 3');
  expect(supervisor.status().map(({ state }) => state)).toEqual(['stopped', 'failed', 'stopped']);
});

test('a first start that throws stops those before it and is thrown on', async () => {
  const { supervisor, actor, log } = scene();
  const bad = actor('b', { start: () => Promise.reject(new Error('port taken')) });
  await expect(supervisor.start([actor('a'), bad, actor('c')])).rejects.toThrow('port taken');
  expect(log).toEqual(['+a', '+b', '-a']);
});

test('one that fails while it starts is stopped before the next run begins', async () => {
  const { supervisor, actor, log, clock, state } = scene();
  const open: ((stop: Stop) => void)[] = [];
  const definition = actor('a', {
    start: self => {
      if (open.length === 0) self.fail(new Error('early'));
      return new Promise(resolve => open.push(resolve));
    },
  });
  const started = supervisor.start([definition]);
  await settle();
  expect(state('a')).toBe('backing_off');
  clock.advance(300);
  await settle();
  // The first run still starts: a second beside it would own the same things.
  expect(log).toEqual(['+a']);
  open[0]!(async () => void log.push('-first'));
  await started;
  await settle();
  expect(log).toEqual(['+a', '-first']);
  clock.advance(300);
  await settle();
  open[1]!(async () => void log.push('-second'));
  await settle();
  expect(state('a')).toBe('running');
  await supervisor.stop();
  expect(log).toEqual(['+a', '-first', '+a', '-second']);
});

test('a stop that hangs or throws holds nobody up for longer than it may take', async () => {
  const { supervisor, actor, log, clock } = scene();
  const hangs = actor('b', { stop: () => new Promise(() => {}) });
  const throws = actor('c', { stop: () => Promise.reject(new Error('no')) });
  await supervisor.start([actor('a'), hangs, throws]);
  const stopped = supervisor.stop();
  await settle();
  expect(log).not.toContain('-a');
  clock.advance(1_000);
  await stopped;
  expect(log).toContain('-a');
  expect(supervisor.status()[2]!.lastError).toBe('while stopping: no');
});

test('stopped while one is starting: that one is stopped too, and no further one starts', async () => {
  const { supervisor, actor, log } = scene();
  let open = (_stop: Stop): void => {};
  const slow = actor('b', {
    start: () =>
      new Promise(resolve => {
        open = resolve;
      }),
  });
  const started = supervisor.start([actor('a'), slow, actor('c')]);
  await settle();
  const stopped = supervisor.stop();
  await settle();
  open(async () => void log.push('-b'));
  await expect(started).rejects.toThrow(StoppedError);
  await stopped;
  expect(log).toEqual(['+a', '+b', '-b', '-a']);
});

test('stopped while it waits to come back: it does not', async () => {
  const { supervisor, actor, log, selves, clock } = scene();
  await supervisor.start([actor('a')]);
  selves.get('a')![0]!.fail(new Error('x'));
  await settle();
  await supervisor.stop();
  clock.advance(60_000);
  await settle();
  expect(log).toEqual(['+a', '-a']);
});

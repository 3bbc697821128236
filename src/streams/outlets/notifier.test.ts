// Proves, in virtual time: people are told once, soon, and not too often; quiet hours, digests and storms hold back and lose nothing;
// what nobody acknowledges goes further up; a crash at any moment neither loses nor forgets.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../tests/mqtt/manual-clock.js';
import { MemoryStateStore } from '../../../tests/simulation/memory-state-store.js';
import { anAlert, createFakeAlertStream } from '../../api/testing/fake-streams.js';
import { Counters } from '../../model/counters.js';
import type { NotificationPolicy } from '../../model/notification-policy.js';
import { minutes } from '../../model/units.js';
import type { Notification } from '../../ports/notifier.js';
import type { Sent } from '../../ports/outlets.js';
import { NotificationStore } from './notification-store.js';
import { defaultNotifierLimits, Notifier } from './notifier.js';
import { HELD_AT_MOST } from './policy-memory.js';

const aPolicy = (more: Partial<NotificationPolicy> = {}): NotificationPolicy => ({
  id: 'p',
  name: 'the night shift',
  enabled: true,
  to: [{ email: 'night@example.com' }],
  kinds: [],
  min_severity: 'info',
  groups: [],
  rules: [],
  late: false,
  urgent: 'critical',
  quiet_hours: null,
  digest: null,
  storm: { more_than: 20, within_min: 10 },
  escalate: null,
  created_at: 0,
  since: 0,
  ...more,
});

const world = async (answer: (notification: Notification) => Sent = () => ({ ok: true, status: null })) => {
  const alerts = createFakeAlertStream();
  const state = new MemoryStateStore();
  const clock = new ManualClock();
  const sent: (Notification & { at: number })[] = [];
  const boot = async () => {
    const store = await NotificationStore.load(state, 1_000, alerts.head());
    const notifier = new Notifier({
      ...{ alerts, store, clock, counters: new Counters() },
      send: async notification => {
        const result = answer(notification);
        if (result.ok) sent.push({ ...notification, at: clock.now() });
        return result;
      },
      groupOf: vehicle => (vehicle.startsWith('n') ? 'north' : 'south'),
      wording: () => ({ nameOf: vehicle => `Van ${vehicle}`, zone: 'UTC', publicUrl: 'https://fleet.example' }),
      random: { fraction: () => 0 },
      limits: defaultNotifierLimits,
    });
    await notifier.start(error => {
      throw error;
    });
    return notifier;
  };
  const settle = async () => {
    for (let turn = 0; turn < 40; turn++) await new Promise(resolve => setImmediate(resolve));
  };
  /** Lets time pass in steps of `step`. */
  const pass = async (time: number, step = 1_000) => {
    await settle();
    for (let at = 0; at < time; at += step) {
      clock.advance(step);
      await settle();
    }
  };
  return { alerts, state, clock, sent, boot, pass, settle };
};

/** The clock of the tests begins at midnight UTC of 2026-01-01. */
const clockTime = (at: number): string => new Date(at).toISOString().slice(11, 16);

test('one alert is told within seconds, in words, and once', async () => {
  const { alerts, sent, boot, pass } = await world();
  const notifier = await boot();
  await notifier.put(aPolicy());
  alerts.put(anAlert('x1', 'n1', { severity: 'critical', kind: 'tow', message: 'It moves with its engine off.' }));
  await pass(60_000);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({
    subject: '[Telltale] critical: tow, Van n1',
    to: { email: 'night@example.com' },
    alerts: ['x1'],
    count: 1,
  });
  expect(sent[0]!.text).toContain('It moves with its engine off.');
  expect(sent[0]!.text).toContain('https://fleet.example/alerts/x1');
  await notifier.stop();
});

test('policies tell what they are about: rule, kind, group, severity; not what was found in old data, nor from before they were made', async () => {
  const { alerts, sent, boot, pass } = await world();
  const notifier = await boot();
  alerts.put(anAlert('before', 'n1', { kind: 'tow', rule: 'r1' }));
  await notifier.put(aPolicy({ kinds: ['tow'], groups: ['north'], rules: ['r1'], min_severity: 'warning', since: 1 }));
  alerts.put(anAlert('yes', 'n1', { kind: 'tow', rule: 'r1' }));
  alerts.put(anAlert('kind', 'n1', { kind: 'fuel_low', rule: 'r1' }));
  alerts.put(anAlert('group', 's1', { kind: 'tow', rule: 'r1' }));
  alerts.put(anAlert('rule', 'n1', { kind: 'tow', rule: 'r2' }));
  alerts.put(anAlert('severity', 'n1', { kind: 'tow', rule: 'r1', severity: 'info' }));
  alerts.put(anAlert('late', 'n1', { kind: 'tow', rule: 'r1', late: true }));
  await pass(120_000);
  expect(sent.flatMap(one => one.alerts)).toEqual(['yes']);
  await notifier.stop();
});

describe('storms', () => {
  test('a mass outage is one message: 300 vehicles that fall silent within 40 s', async () => {
    const { alerts, sent, boot, pass } = await world();
    const notifier = await boot();
    await notifier.put(aPolicy());
    for (let second = 0; second < 40; second++) {
      for (let n = 0; n < 8; n++)
        if (second * 8 + n < 300) alerts.put(anAlert(`x${second}-${n}`, `n${second}-${n}`, { kind: 'device_offline' }));
      await pass(1_000);
    }
    await pass(minutes(30));
    expect(sent.map(({ kind, count }) => ({ kind, count }))).toEqual([{ kind: 'storm', count: 300 }]);
    expect(sent[0]!.subject).toBe('[Telltale] Many at once: 300 alerts: 300 device offline');
    await notifier.stop();
  });

  test('a critical alert is not held up by a storm of others', async () => {
    const { alerts, clock, sent, boot, pass } = await world();
    const notifier = await boot();
    await notifier.put(aPolicy());
    for (let n = 0; n < 100; n++) alerts.put(anAlert(`x${n}`, `n${n}`));
    await pass(2_000);
    const at = clock.now();
    alerts.put(anAlert('crash', 'n1', { kind: 'possible_crash', severity: 'critical' }));
    await pass(minutes(5));
    const crash = sent.find(one => one.alerts.includes('crash'));
    expect(crash?.count).toBe(1);
    expect(crash!.at - at).toBeLessThanOrEqual(6_000);
    await notifier.stop();
  });

  test('however many come for however long: never more messages than allowed, and every alert is in one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 5, maxLength: 30 }), async perMinute => {
        const { alerts, sent, boot, pass } = await world();
        const notifier = await boot();
        await notifier.put(aPolicy({ storm: { more_than: 5, within_min: 10 } }));
        let raised = 0;
        for (const n of perMinute) {
          for (let i = 0; i < n; i++) alerts.put(anAlert(`x${raised++}`, 'n1'));
          await pass(minutes(1), 20_000);
        }
        await pass(minutes(30), 20_000);
        expect(sent.reduce((sum, { count }) => sum + count, 0)).toBe(raised);
        // Within any ten minutes: as many single ones as are allowed, the one that finds the storm, and its summary.
        for (const { at } of sent)
          expect(sent.filter(other => other.at >= at && other.at < at + minutes(10)).length).toBeLessThanOrEqual(7);
        await notifier.stop();
      }),
      { numRuns: 10 },
    );
  }, 60_000);
});

describe('holding back', () => {
  test('quiet hours over midnight: told when they end, but for what is urgent', async () => {
    const { alerts, sent, boot, pass } = await world();
    const notifier = await boot();
    // The fleet's zone is UTC, the shift's is not: 22:00 to 06:00 in Berlin is 21:00 to 05:00.
    await notifier.put(aPolicy({ quiet_hours: { from: '22:00', to: '06:00', zone: 'Europe/Berlin' } }));
    await pass(minutes(60), 60_000);
    alerts.put(anAlert('x1', 'n1'));
    alerts.put(anAlert('x2', 'n2'));
    alerts.put(anAlert('x3', 'n3', { severity: 'critical' }));
    await pass(minutes(60), 60_000);
    expect(sent.map(one => one.alerts)).toEqual([['x3']]);
    await pass(minutes(240), 60_000);
    expect(sent.map(one => [one.alerts, clockTime(one.at), one.kind])).toEqual([
      [['x3'], '01:01', 'alerts'],
      [['x1', 'x2'], '05:00', 'digest'],
    ]);
    alerts.put(anAlert('day', 'n1'));
    await pass(minutes(2), 10_000);
    expect(sent).toHaveLength(3);
    await notifier.stop();
  });

  test('what somebody dealt with meanwhile is not told any more', async () => {
    const { alerts, sent, boot, pass } = await world();
    const notifier = await boot();
    await notifier.put(aPolicy({ digest: { daily_at: '07:00', zone: null } }));
    const gone = anAlert('x1', 'n1');
    alerts.put(gone);
    alerts.put(anAlert('x2', 'n2'));
    await pass(minutes(10), 60_000);
    alerts.put({ ...gone, status: 'acknowledged' }, 'acknowledged');
    await pass(minutes(24 * 60), 600_000);
    expect(sent.map(one => [one.alerts, clockTime(one.at)])).toEqual([[['x2'], '07:00']]);
    await notifier.stop();
  });

  test('a digest of every N minutes', async () => {
    const { alerts, sent, boot, pass } = await world();
    const notifier = await boot();
    await notifier.put(aPolicy({ digest: { every_min: 30 }, urgent: null }));
    for (let n = 0; n < 9; n++) {
      alerts.put(anAlert(`x${n}`, 'n1', { severity: 'critical' }));
      await pass(minutes(10), 60_000);
    }
    await pass(minutes(30), 60_000);
    expect(sent.map(one => [clockTime(one.at), one.count])).toEqual([
      ['00:30', 3],
      ['01:00', 3],
      ['01:30', 3],
    ]);
    await notifier.stop();
  });

  test('more than can be held is counted, not lost without a word', async () => {
    const { alerts, sent, boot, pass } = await world();
    const notifier = await boot();
    await notifier.put(aPolicy({ digest: { every_min: 60 } }));
    for (let n = 0; n < HELD_AT_MOST + 50; n++) alerts.put(anAlert(`x${n}`, 'n1'));
    await pass(minutes(70), 60_000);
    expect(sent.map(({ count }) => count)).toEqual([HELD_AT_MOST + 50]);
    expect(sent[0]!.text).toContain(`and ${HELD_AT_MOST} more`);
    await notifier.stop();
  });
});

describe('escalation', () => {
  const escalating = aPolicy({
    quiet_hours: { from: '00:00', to: '23:59', zone: null },
    urgent: null,
    escalate: { after_min: 15, to: [{ email: 'boss@example.com' }] },
  });

  test('nobody acknowledges: the next one is told after N minutes, quiet hours or not; several at once in one message', async () => {
    const { alerts, sent, boot, pass } = await world();
    const notifier = await boot();
    await notifier.put(escalating);
    for (const n of [1, 2, 3]) alerts.put(anAlert(`x${n}`, `n${n}`));
    await pass(minutes(14), 60_000);
    expect(sent).toEqual([]);
    await pass(minutes(3), 60_000);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ kind: 'escalation', to: { email: 'boss@example.com' }, count: 3 });
    await pass(minutes(60), 60_000);
    expect(sent).toHaveLength(1);
    await notifier.stop();
  });

  test.each(['acknowledged', 'resolved', 'voided', 'retracted'] as const)(
    'an alert that is %s in time goes no further',
    async change => {
      const { alerts, sent, boot, pass } = await world();
      const notifier = await boot();
      await notifier.put(escalating);
      const alert = anAlert('x1', 'n1');
      alerts.put(alert);
      await pass(minutes(10), 60_000);
      alerts.put(alert, change);
      await pass(minutes(60), 60_000);
      expect(sent).toEqual([]);
      await notifier.stop();
    },
  );
});

test('a restart at any moment: every alert is told, digests and escalations come at their time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 4 }), async restarts => {
      const { alerts, sent, boot, pass } = await world();
      let notifier = await boot();
      await notifier.put(
        aPolicy({ digest: { every_min: 60 }, escalate: { after_min: 30, to: [{ email: 'boss@example.com' }] } }),
      );
      for (let minute = 0; minute < 100; minute++) {
        if (restarts.includes(minute)) await notifier.stop();
        if (minute === 10 || minute === 50) alerts.put(anAlert(`x${minute}`, 'n1'));
        if (restarts.includes(minute)) notifier = await boot();
        await pass(minutes(1), 60_000);
      }
      await pass(minutes(60), 60_000);
      const told = (kind: string) => [...new Set(sent.filter(one => one.kind === kind).flatMap(one => one.alerts))].sort();
      expect(told('digest')).toEqual(['x10', 'x50']);
      expect(told('escalation')).toEqual(['x10', 'x50']);
      await notifier.stop();
    }),
    { numRuns: 8, examples: [[[10]], [[10, 50]]] },
  );
}, 60_000);

test('a mail server that is away is waited for; one that never comes makes the message a failed one, which people can see', async () => {
  let away = true;
  const { alerts, sent, boot, pass } = await world(({ to }) =>
    away || ('email' in to && to.email === 'gone@example.com')
      ? { ok: false, status: null, reason: 'smtp', detail: 'ECONNREFUSED' }
      : { ok: true, status: null },
  );
  const notifier = await boot();
  await notifier.put(aPolicy({ to: [{ email: 'here@example.com' }, { email: 'gone@example.com' }] }));
  alerts.put(anAlert('x1', 'n1'));
  await pass(minutes(2), 5_000);
  expect(await notifier.history(undefined, undefined, 10)).toMatchObject([
    { status: 'waiting', detail: 'ECONNREFUSED' },
    { status: 'waiting', detail: 'ECONNREFUSED' },
  ]);
  away = false;
  await pass(minutes(180), 60_000);
  expect(sent.map(({ to }) => to)).toEqual([{ email: 'here@example.com' }]);
  const history = await notifier.history('p', undefined, 10);
  expect(history.map(({ status, attempts }) => [status, attempts])).toContainEqual(['failed', defaultNotifierLimits.attempts]);
  expect(history.map(({ status }) => status).sort()).toEqual(['failed', 'sent']);
  expect(await notifier.history('other', undefined, 10)).toEqual([]);
  await notifier.stop();
});

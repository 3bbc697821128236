// Proves: whatever an address does, each alert reaches it at least once and each vehicle's in order, or is a dead letter; what is in
// memory is bounded; a restart goes on where it was, under the same delivery ids.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ManualClock } from '../../../tests/mqtt/manual-clock.js';
import { MemoryStateStore } from '../../../tests/simulation/memory-state-store.js';
import { anAlert, createFakeAlertStream } from '../../api/testing/fake-streams.js';
import { Counters } from '../../model/counters.js';
import type { Webhook } from '../../model/webhook.js';
import type { Sent, WebhookCaller } from '../../ports/outlets.js';
import { defaultWebhookLimits, type WebhookLimits } from './webhook-delivery.js';
import { WebhookService } from './webhook-service.js';
import { WebhookStore } from './webhook-store.js';

const aWebhook = (more: Partial<Webhook> = {}): Webhook => ({
  id: 'w',
  name: 'w',
  url: 'https://receiver.example/in',
  secret: 'a secret of the receiver',
  old_secret: null,
  old_valid_until: null,
  enabled: true,
  created_at: 0,
  kinds: [],
  min_severity: 'info',
  groups: [],
  rules: [],
  changes: [],
  ...more,
});

interface Call {
  delivery: string;
  vehicle: string;
  alert: string;
  cursor: number;
}

const refused: Sent = { ok: false, status: 500, reason: 'status', detail: 'answered 500' };

/** One server: its stream, its disk, and an address that answers as `decide` says. */
const world = async (decide: (call: Call) => Sent, limits: Partial<WebhookLimits> = {}) => {
  const alerts = createFakeAlertStream();
  const state = new MemoryStateStore();
  const clock = new ManualClock();
  const counters = new Counters();
  const calls: Call[] = [];
  const cursorOf = new Map<string, number>();
  alerts.onEntry(({ cursor, alert }) => void cursorOf.set(alert.id, cursor));
  const delivered: Call[] = [];
  let open = 0;
  let most = 0;
  const caller: WebhookCaller = {
    refusalOf: async () => undefined,
    async post(_url, _secrets, delivery, body) {
      const { alert } = JSON.parse(body);
      const call = { delivery, vehicle: alert.vehicle, alert: alert.id, cursor: cursorOf.get(alert.id) ?? 0 };
      calls.push(call);
      most = Math.max(most, ++open);
      await new Promise(resolve => setImmediate(resolve));
      open--;
      const sent = decide(call);
      if (sent.ok) delivered.push(call);
      return sent;
    },
  };
  const boot = async () => {
    const store = await WebhookStore.load(state, counters, 50);
    const service = new WebhookService({
      ...{ alerts, caller, store, clock, counters },
      groupOf: vehicle => (vehicle.startsWith('n') ? 'north' : null),
      random: { fraction: () => 0 },
      limits: { ...defaultWebhookLimits, ...limits },
    });
    await service.start(error => {
      throw error;
    });
    return service;
  };
  /** Lets what is under way come to rest, moving the clock where something waits for it. */
  const settle = async (forMs = 0) => {
    const step = Math.max(1_000, forMs / 600);
    for (let at = 0; at <= forMs; at += step) {
      for (let turn = 0; turn < 30; turn++) await new Promise(resolve => setImmediate(resolve));
      if (at < forMs) clock.advance(step);
    }
  };
  return { alerts, clock, counters, calls, delivered, boot, settle, most: () => most };
};

const perVehicle = (calls: readonly Call[]): Map<string, number[]> => {
  const byVehicle = new Map<string, number[]>();
  for (const { vehicle, cursor } of calls) byVehicle.set(vehicle, [...(byVehicle.get(vehicle) ?? []), cursor]);
  return byVehicle;
};

test('an address that fails as it likes gets everything at least once, each vehicle in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 40 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
      async (vehicles, luck) => {
        const { alerts, boot, settle, delivered, most } = await world(
          () => (luck.next().value === 0 ? refused : { ok: true, status: 200 }),
          {
            atOnce: 2,
            window: 8,
            attempts: 1_000,
            longestWait: 4_000,
          },
        );
        const service = await boot();
        await service.put(aWebhook());
        vehicles.forEach((vehicle, n) => void alerts.put(anAlert(`x${n}`, vehicle)));
        await settle(600_000);
        expect(delivered.map(({ alert }) => alert).sort()).toEqual(vehicles.map((_, n) => `x${n}`).sort());
        for (const cursors of perVehicle(delivered).values()) expect(cursors).toEqual([...cursors].sort((a, b) => a - b));
        expect(most()).toBeLessThanOrEqual(2);
        expect(service.state('w').cursor).toBe(vehicles.length);
        await service.stop();
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);

test('one vehicle whose alert is refused for ever holds up nobody else, and becomes a dead letter that can be sent again', async () => {
  let healed = false;
  const { alerts, boot, settle, delivered, calls } = await world(({ alert }) =>
    alert === 'poison' && !healed ? refused : { ok: true, status: 204 },
  );
  const service = await boot();
  await service.put(aWebhook());
  alerts.put(anAlert('poison', 'a'));
  alerts.put(anAlert('behind', 'a'));
  alerts.put(anAlert('other', 'b'));
  await settle();
  expect(delivered.map(({ alert }) => alert)).toEqual(['other']);
  expect(service.state('w').cursor).toBe(0);
  await settle(3_600_000);
  expect(calls.filter(({ alert }) => alert === 'poison')).toHaveLength(defaultWebhookLimits.attempts);
  expect(delivered.map(({ alert }) => alert)).toEqual(['other', 'behind']);
  const [letter, ...none] = await service.deadLetters('w', undefined, 10);
  expect(none).toEqual([]);
  expect(letter).toMatchObject({ attempts: 10, status: 500, reason: 'status', entry: { alert: { id: 'poison' } } });
  expect(await service.resend(aWebhook(), letter!)).toEqual(refused);
  expect((await service.deadLetter('w', letter!.id))?.attempts).toBe(11);
  healed = true;
  expect((await service.resend(aWebhook(), letter!)).ok).toBe(true);
  expect(await service.deadLetters('w', undefined, 10)).toEqual([]);
  expect(new Set(calls.filter(({ alert }) => alert === 'poison').map(({ delivery }) => delivery)).size).toBe(1);
  await service.stop();
});

test('an address that is away for a day costs one call at a time, few dead letters, and gets the rest when it is back', async () => {
  let away = true;
  const { alerts, boot, settle, calls, delivered } = await world(() => (away ? refused : { ok: true, status: 200 }));
  const service = await boot();
  await service.put(aWebhook());
  for (let n = 0; n < 300; n++) alerts.put(anAlert(`x${n}`, `v${n % 100}`));
  await settle(24 * 3_600_000);
  // Doubling waits up to 15 minutes: about a hundred a day, not three hundred alerts times ten.
  expect(calls.length).toBeLessThan(130);
  const dead = (await service.deadLetters('w', undefined, 1_000)).length;
  expect(dead).toBeLessThan(10);
  away = false;
  await settle(3_600_000);
  expect(delivered).toHaveLength(300 - dead);
  await service.stop();
}, 60_000);

describe('over a restart', () => {
  test('it goes on where it was; what was under way comes again under the same id', async () => {
    let cut = false;
    const { alerts, boot, settle, calls, delivered } = await world(({ alert }) =>
      alert === 'x2' && !cut ? refused : { ok: true, status: 200 },
    );
    const first = await boot();
    await first.put(aWebhook());
    for (let n = 0; n < 5; n++) alerts.put(anAlert(`x${n}`, `v${n}`));
    await settle();
    await first.stop();
    expect(delivered.map(({ alert }) => alert).sort()).toEqual(['x0', 'x1', 'x3', 'x4']);
    alerts.put(anAlert('x5', 'v5'));
    cut = true;
    const second = await boot();
    await settle(10_000);
    // What was delivered out of the stream's order is remembered too.
    expect(delivered.map(({ alert }) => alert).sort()).toEqual(['x0', 'x1', 'x2', 'x3', 'x4', 'x5']);
    expect(new Set(calls.filter(({ alert }) => alert === 'x2').map(({ delivery }) => delivery)).size).toBe(1);
    await second.stop();
  });

  test('what the stream has forgotten is counted, not waited for', async () => {
    const { alerts, boot, settle, delivered, counters } = await world(() => ({ ok: true, status: 200 }));
    const first = await boot();
    await first.put(aWebhook());
    await first.stop();
    for (let n = 0; n < 10; n++) alerts.put(anAlert(`x${n}`, 'v'));
    alerts.forgetBefore(6);
    const second = await boot();
    await settle();
    expect(delivered.map(({ alert }) => alert)).toEqual(['x6', 'x7', 'x8', 'x9']);
    expect(counters.get('webhook_entries_expired_total')).toBe(6);
    await second.stop();
  });
});

test('a filter lets through what it names: kinds, severity, groups, changes', async () => {
  const { alerts, boot, settle, delivered } = await world(() => ({ ok: true, status: 200 }));
  const service = await boot();
  await service.put(aWebhook({ kinds: ['tow'], min_severity: 'warning', groups: ['north'], changes: ['raised'] }));
  alerts.put(anAlert('yes', 'n1', { kind: 'tow', severity: 'critical' }));
  alerts.put(anAlert('no-kind', 'n1', { severity: 'critical' }));
  alerts.put(anAlert('no-severity', 'n1', { kind: 'tow', severity: 'info' }));
  alerts.put(anAlert('no-group', 's1', { kind: 'tow', severity: 'critical' }));
  alerts.put(anAlert('yes', 'n1', { kind: 'tow', severity: 'critical' }), 'acknowledged');
  await settle();
  expect(delivered.map(({ alert }) => alert)).toEqual(['yes']);
  await service.remove('w');
  alerts.put(anAlert('gone', 'n1', { kind: 'tow', severity: 'critical' }));
  await settle();
  expect(delivered).toHaveLength(1);
  await service.stop();
});

// Proves: raw events of a private time are told without any place, whatever the device called it, and with all else; those of other times are told
// as they were sent, by the registry's word at the record's own place in the journal; and a pack of evidence that would hold one is not made.
import { expect, test } from '@jest/globals';
import { PackEvidence } from '../../src/app/evidence/pack-evidence.js';
import { PrivateError } from '../../src/model/history-errors.js';
import type { TripOutcome } from '../../src/model/trip.js';
import type { PrivateMode } from '../../src/model/vehicle.js';
import { Past } from '../../src/streams/history/past.js';
import { privacyOf } from '../../src/streams/history/private-records.js';
import { rawRecords } from '../../src/streams/raw-events.js';
import { SimulatedFold } from './simulated-fold.js';

const START = Date.parse('2026-11-20T08:00:00Z');
const vehicle = { id: 'v-1', name: 'v-1', vin: null, class: 'car', fuel_type: null, group: null, odometer_km: null } as const;

const told = async (modes: (PrivateMode | null)[], minutes = 10) => {
  const fold = new SimulatedFold();
  await fold.start();
  for (const [no, mode] of modes.entries()) {
    const from = START + no * 3_600_000;
    fold.say({ type: 'vehicle_put', vehicle: { ...vehicle, speed_limit_kmh: null, private: mode } }, from);
    for (let n = 0; n < minutes; n++) {
      const at = from + n * 60_000;
      const gps = { lat: 47.1234, lon: 8.4321, speed_kmh: 40, heading: 90 };
      const event = {
        ts: at,
        seq: no * 100 + n,
        gps,
        signals: { engine_rpm: 1_500, where_lat: 47.1234 },
        place: '47.1234',
        ignition: true,
      };
      fold.send({ device: 'v-1', received: at + 50, payload: JSON.stringify(event) });
    }
    fold.send({ device: 'v-1', received: from + minutes * 60_000, payload: '{"ts": 47.1234' });
    fold.tick(from + minutes * 60_000 + 1_000);
    await fold.run();
  }
  const past = new Past(fold.journal, fold.state);
  const raw = async (hides = true) =>
    (
      await rawRecords(fold.journal, 'v-1', { from: undefined, to: undefined }, undefined, 1_000, {
        ranges: [[0, Number.MAX_SAFE_INTEGER]],
        since: undefined,
        ...(hides && { hides: privacyOf(await past.attributes('v-1')) }),
      })
    ).items;
  return { fold, past, raw };
};

test('always: no place is told, all else is', async () => {
  const { raw } = await told(['always']);
  const items = await raw();
  expect(items).toHaveLength(11);
  expect(JSON.stringify(items)).not.toMatch(/47\.1234|8\.4321|heading/);
  expect(items[3]!.events).toEqual([
    { private: true, ts: START + 180_000, seq: 3, signals: { engine_rpm: 1_500 }, ignition: true },
  ]);
  expect(items.at(-1)!.events).toEqual([{ private: true }]);
  expect(JSON.stringify(await raw(false))).toMatch(/47\.1234.*8\.4321/);
});

test('what was recorded before and after, under another word of the registry, is told as sent', async () => {
  const { raw } = await told([null, 'always', null]);
  const items = await raw();
  const placed = items.map(({ events }) => JSON.stringify(events).includes('47.1234'));
  expect(placed).toEqual([...Array(11).fill(true), ...Array(11).fill(false), ...Array(11).fill(true)]);
});

test('by schedule: by when it happened', async () => {
  const schedule = { zone: 'UTC', windows: [{ days: [5], from: '08:04', to: '08:07' }] } as const;
  const { raw } = await told([{ schedule }]);
  const placed = (await raw()).slice(0, 10).map(({ events }) => JSON.stringify(events).includes('8.4321'));
  expect(placed).toEqual([true, true, true, true, false, false, false, true, true, true]);
});

test.each<[string, (PrivateMode | null)[], boolean]>([
  ['openly', [null], false],
  ['privately', ['always'], true],
  ['privately just before', ['always', null], true],
])('evidence of a trip driven %s', async (_, modes, refused) => {
  const { past } = await told(modes);
  const nothing = () => {
    throw new Error('went on');
  };
  const evidence = new PackEvidence({
    past,
    folds: { evidence: nothing },
    journal: { askForBlocks: () => {}, chainHeads: () => ({ get: () => ({ to: 1e9 }) }) } as never,
    heads: {
      sign: async () => {},
      async *since() {
        const heads = Object.fromEntries(Array.from({ length: 64 }, (_, chain) => [chain, [1e9, 'x']]));
        yield { text: JSON.stringify({ heads }), signature: '' };
      },
    } as never,
    signer: {} as never,
    database: { alerts: nothing } as never,
    clock: { now: () => START + 7_200_000 } as never,
    journalId: 'j',
    version: '0',
    breathe: async () => {},
  });
  const startedAt = START + (modes.length - 1) * 3_600_000;
  const trip = { id: 't', vehicle: 'v-1', startedAt, endedAt: startedAt + 600_000, from: 1, to: 9 } as TripOutcome;
  await expect(evidence.pack(trip, false)).rejects.toThrow(refused ? PrivateError : 'went on');
  await expect(evidence.pack(trip, true)).rejects.toThrow('went on');
});

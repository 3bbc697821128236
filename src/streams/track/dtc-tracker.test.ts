// Proves: only news of a trouble code is told, once, whatever lists are asked for in whatever order; the memory is bounded and survives JSON.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DtcNews } from '../../model/moment.js';
import { noNewestSignals, noteSignals } from '../../model/newest-signals.js';
import { type DtcReport, emptyReading, type Signals } from '../../model/reading.js';
import { PLAUSIBILITY } from '../../protocols/obd/plausible-range.js';
import { dtcRecord, FRAME_SIGNALS, newDtcMemory, openDtcRecords, readDtcs, trackDtcs, trackReadiness } from './dtc-tracker.js';

const report = (lists: Partial<DtcReport>): DtcReport => ({
  stored: undefined,
  pending: undefined,
  permanent: undefined,
  milOn: undefined,
  ...lists,
});

/** What a vehicle told last. */
const told = (signals: Signals, newest = noNewestSignals()) => {
  noteSignals(newest, { ...emptyReading(1_000, 0, 'd', 0, 0), signals });
  return newest;
};

const follow = (reports: readonly Partial<DtcReport>[], memory = newDtcMemory()): string[][] =>
  reports.map(lists => {
    const news: DtcNews[] = [];
    trackDtcs(memory, 0, report(lists), noNewestSignals(), news);
    return news.map(({ code, state, milOn }) => `${code} ${state}${milOn ? ' MIL' : ''}`);
  });

test('a code lives from pending to cleared, and each state is news once', () => {
  expect(
    follow([
      { pending: ['P0301'] },
      { pending: ['P0301'] },
      { stored: ['P0301'], pending: ['P0301'], milOn: true },
      { stored: ['P0301'] },
      { permanent: ['P0301'] },
      { stored: [], pending: [] },
      { permanent: [] },
      { permanent: [], stored: [], milOn: false },
    ]),
  ).toEqual([['P0301 pending'], [], ['P0301 confirmed MIL'], [], ['P0301 permanent MIL'], [], ['P0301 cleared MIL'], []]);
});

test('a list that was not asked for clears nothing', () => {
  expect(follow([{ stored: ['P0301'] }, { pending: [] }, { milOn: false }, {}, { stored: ['P0301', 'P0420'] }])).toEqual([
    ['P0301 confirmed'],
    [],
    [],
    [],
    ['P0420 confirmed'],
  ]);
});

test('a code that comes back after it was cleared is news again', () => {
  expect(follow([{ stored: ['U0100'] }, { stored: [] }, { stored: ['U0100'] }])).toEqual([
    ['U0100 confirmed'],
    ['U0100 cleared'],
    ['U0100 confirmed'],
  ]);
});

test('the lamp is news of each confirmed code, and by itself where none is known', () => {
  expect(
    follow([{ stored: ['P0301'], pending: ['P0420'] }, { milOn: true }, { milOn: true }, { milOn: false }, { milOn: true }]),
  ).toEqual([['P0301 confirmed', 'P0420 pending'], ['P0301 confirmed MIL'], [], [], ['P0301 confirmed MIL']]);
  expect(follow([{ milOn: true }, { stored: ['P0301'] }])).toEqual([[' confirmed MIL'], ['P0301 confirmed MIL']]);
});

const codes = fc.option(fc.uniqueArray(fc.constantFrom('P0301', 'P0420', 'U0100', '__proto__'), { maxLength: 4 }), {
  nil: undefined,
});
const anyReports = fc.array(
  fc.record({ stored: codes, pending: codes, permanent: codes, milOn: fc.option(fc.boolean(), { nil: undefined }) }),
  { maxLength: 20 },
);

test('the same report again is no news, and saved memory goes on as if nothing had happened', () => {
  fc.assert(
    fc.property(anyReports, fc.nat(20), (reports, cut) => {
      const memory = newDtcMemory();
      const told = follow(reports.slice(0, cut), memory);
      const saved = readDtcs(JSON.parse(JSON.stringify(memory)) as typeof memory);
      expect(saved).toStrictEqual(memory);
      expect([...told, ...follow(reports.slice(cut), saved)]).toEqual(follow(reports));
      expect(follow(reports.flatMap(lists => [lists, lists])).filter((_, i) => i % 2 === 1)).toEqual(reports.map(() => []));
    }),
    { seed: 2 },
  );
});

test('a vehicle that tells endless codes fills no memory', () => {
  const memory = newDtcMemory();
  follow(
    Array.from({ length: 50 }, (_, i) => ({ pending: Array.from({ length: 100 }, (_, n) => `P${i}${n}`) })),
    memory,
  );
  expect(memory.codes.length).toBeLessThanOrEqual(64);
});

test('a frame holds signals by the names they are decoded under, fuel trims among them', () => {
  for (const name of FRAME_SIGNALS) expect(PLAUSIBILITY.has(name)).toBe(true);
  const memory = newDtcMemory();
  const newest = told({ short_fuel_trim_1: 3.1, long_fuel_trim_1: 12.5, engine_rpm: 800, fuel_level: 40 });
  trackDtcs(memory, 1_000, report({ stored: ['P0171'] }), newest, []);
  const signals = { short_fuel_trim_1: 3.1, long_fuel_trim_1: 12.5, engine_rpm: 800 };
  expect(dtcRecord(memory, 'v', 'P0171')!.freezeFrame).toEqual({ source: 'seen', at: 1_000, signals });
  trackDtcs(memory, 2_000, report({ stored: ['P0171', 'P0300'] }), told({ fuel_level: 40 }), []);
  expect(dtcRecord(memory, 'v', 'P0300')!.freezeFrame).toBeNull();
});

test('the life of a code: first and last seen, cleared, come back, with the frame of its coming or the engine’s own', () => {
  const memory = newDtcMemory();
  const newest = told({ engine_rpm: 2_400, coolant_temp: 88 });
  const take = (at: number, lists: Partial<DtcReport>) => trackDtcs(memory, at, report(lists), newest, []);
  take(1_000, { pending: ['P0301'] });
  told({ engine_rpm: 900 }, newest);
  take(2_000, { stored: ['P0301'], pending: [], milOn: true });
  take(3_000, { stored: ['P0301'] });
  expect(dtcRecord(memory, 'v', 'P0301')).toEqual({
    topic: 'dtc',
    vehicle: 'v',
    at: 1_000,
    code: 'P0301',
    state: 'confirmed',
    lastSeen: 3_000,
    clearedAt: null,
    times: 1,
    milOn: true,
    freezeFrame: { source: 'seen', at: 1_000, signals: { engine_rpm: 2_400, coolant_temp: 88 } },
  });
  take(4_000, { frozen: { code: 'P0301', signals: { engine_load: 71 } } });
  take(4_100, { frozen: { code: 'P0301', signals: { engine_rpm: 2_380 } } });
  take(5_000, { stored: [] });
  expect(dtcRecord(memory, 'v', 'P0301')).toMatchObject({
    state: 'cleared',
    lastSeen: 3_000,
    clearedAt: 5_000,
    freezeFrame: { source: 'ecu', signals: { engine_load: 71, engine_rpm: 2_380 } },
  });
  expect(openDtcRecords(memory, 'v')).toEqual([]);
  take(9_000, { stored: ['P0301'] });
  expect(openDtcRecords(memory, 'v')).toMatchObject([
    { at: 1_000, lastSeen: 9_000, clearedAt: null, times: 2, freezeFrame: { source: 'seen', signals: { engine_rpm: 900 } } },
  ]);
});

test('a clearing a short time ago is news once, and again when it was cleared again; a car that is ready is none', () => {
  const memory = newDtcMemory();
  const hear = (warmups_since_clear: number | undefined, monitors: number | undefined): DtcNews[] => {
    const news: DtcNews[] = [];
    const signals: Record<string, number> = warmups_since_clear === undefined ? {} : { warmups_since_clear };
    const dtcs =
      monitors === undefined ? undefined : report({ incomplete: Array.from({ length: monitors }, (_, n) => `monitor ${n}`) });
    trackReadiness(memory, { ...emptyReading(0, 0, 'd', 0, 0), signals, dtcs }, news);
    return news;
  };
  expect([hear(120, undefined), hear(undefined, 5), hear(121, 0)]).toEqual([[], [], []]);
  expect(hear(1, undefined)).toEqual([]);
  expect(hear(undefined, 6)).toEqual([{ code: '', state: 'cleared', milOn: false, clearing: { warmUps: 1, monitors: 6 } }]);
  expect([hear(2, 6), hear(3, 4)]).toEqual([[], []]);
  expect(hear(0, 6)).toHaveLength(1);
});

// Proves: only news of a trouble code is told, once, whatever lists are asked for in whatever order; the memory is bounded and survives JSON.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DtcNews } from '../../model/moment.js';
import type { DtcReport } from '../../model/reading.js';
import { newDtcMemory, trackDtcs } from './dtc-tracker.js';

const report = (lists: Partial<DtcReport>): DtcReport => ({
  stored: undefined,
  pending: undefined,
  permanent: undefined,
  milOn: undefined,
  ...lists,
});

const follow = (reports: readonly Partial<DtcReport>[], memory = newDtcMemory()): string[][] =>
  reports.map(lists => {
    const news: DtcNews[] = [];
    trackDtcs(memory, report(lists), news);
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
      const saved = JSON.parse(JSON.stringify(memory)) as typeof memory;
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

// Proves: who believed one fold and hears the difference believes the other: nothing is said where nothing changed, what is new is told before
// what it replaces goes, and a retracted alert names the one that took its place only where that is the same thing seen better.
import { expect, test } from '@jest/globals';
import type { AlertOutcome } from '../../../model/alert.js';
import type { DriverDay, TripOutcome } from '../../../model/trip.js';
import { amendments } from './amendments.js';
import type { Outcome } from './window-output.js';

const alert = (id: string, changed: Partial<AlertOutcome> = {}): Outcome => ({
  table: 'alert',
  value: {
    id,
    kind: 'speeding',
    severity: 'warning',
    vehicle: 'v-1',
    driver: null,
    trip: 't-1',
    occurredAt: 1_000_000,
    endedAt: null,
    raisedAt: 1_000_100,
    late: false,
    location: null,
    value: 140,
    threshold: 130,
    unit: 'km/h',
    rule: 'r-1',
    geofence: null,
    dtc: null,
    message: 'Too fast',
    suppressed: 0,
    evidence: { from: 1, to: 2 },
    ...changed,
  },
});
const trip = (id: string, distance: number): Outcome => ({ table: 'trip', value: { id, distance, counts: {} } as TripOutcome });
const day = (vehicle: string, distance: number): Outcome => ({
  table: 'driver_day',
  value: { vehicle, driver: '', day: '2026-03-10', distance, counts: {} } as DriverDay,
});
const said = (...outcomes: Outcome[]): Map<string, Outcome> =>
  new Map(outcomes.map(outcome => [`${outcome.table} ${'id' in outcome.value ? outcome.value.id : ''}`, outcome]));
const RECEIVED = 1_020_000;

test('nothing changed: nothing is said, whatever depends on arrival alone', () => {
  const before = said(alert('a'), trip('t', 1), day('v', 2));
  const after = said(alert('a', { raisedAt: 9_999_999, late: true, evidence: { from: 7, to: 9 } }), trip('t', 1), day('v', 2));
  expect(amendments(before, after, RECEIVED)).toEqual({ alerts: [], rows: [] });
});

test('rows that are new or other are written, those that are gone are taken away', () => {
  const { rows } = amendments(
    said(trip('gone', 1), trip('same', 1), day('v', 1)),
    said(trip('same', 1), trip('new', 3), day('v', 2)),
    RECEIVED,
  );
  expect(rows.map(row => [row.table, row.key, 'remove' in row])).toEqual([
    ['trip', 'new', false],
    ['driver_day', 'v::2026-03-10', false],
    ['trip', 'gone', true],
  ]);
});

test('a row is a copy: the memory may go on changing its own', () => {
  const outcome = trip('t', 1);
  const { rows } = amendments(said(), said(outcome), RECEIVED);
  (outcome.value as TripOutcome).distance = 99;
  expect(rows[0]).toMatchObject({ row: { distance: 1 } });
});

test('what is new counts as raised by what made the difference, and is late by its age then', () => {
  const young = amendments(said(), said(alert('a')), 1_060_000).alerts[0];
  const old = amendments(said(), said(alert('a')), 1_060_001).alerts[0];
  expect(young).toMatchObject({ change: 'raised', outcome: { raisedAt: 1_060_000, late: false } });
  expect(old).toMatchObject({ change: 'raised', outcome: { raisedAt: 1_060_001, late: true } });
});

test('a start that moved: the new one is raised before the old one is retracted in its favour', () => {
  const moved = amendments(said(alert('old')), said(alert('new', { occurredAt: 999_000 })), RECEIVED);
  expect(moved.alerts.map(({ id, change }) => [id, change])).toEqual([
    ['new', 'raised'],
    ['old', 'retracted'],
  ]);
  expect(moved.alerts[1]).toMatchObject({ replacedBy: 'new' });
});

test.each([
  ['another kind', { kind: 'over_rev' as const }],
  ['another rule', { rule: 'r-2' }],
  ['another fence', { geofence: 'f-1' }],
  ['another code', { dtc: 'P0301' }],
  ['ten minutes away', { occurredAt: 1_600_000 }],
])('%s takes nobody’s place', (_name, changed) => {
  const { alerts } = amendments(said(alert('old')), said(alert('new', changed)), RECEIVED);
  expect(alerts.find(({ id }) => id === 'old')).toMatchObject({ change: 'retracted', replacedBy: null });
});

test('of several the nearest takes the place', () => {
  const after = said(
    alert('far', { occurredAt: 1_300_000 }),
    alert('near', { occurredAt: 1_002_000 }),
    alert('early', { occurredAt: 900_000 }),
  );
  const { alerts } = amendments(said(alert('old')), after, RECEIVED);
  expect(alerts.map(({ id }) => id)).toEqual(['early', 'near', 'far', 'old']);
  expect(alerts.at(-1)).toMatchObject({ replacedBy: 'near' });
});

test('the same alert that says something else is updated', () => {
  const { alerts } = amendments(said(alert('a')), said(alert('a', { value: 150, driver: 'kim' })), RECEIVED);
  expect(alerts).toMatchObject([{ id: 'a', change: 'updated', outcome: { value: 150, driver: 'kim', raisedAt: 1_000_100 } }]);
});

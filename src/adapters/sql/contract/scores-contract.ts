import { describe, expect, test } from '@jest/globals';
import { fakeScores } from '../../../api/testing/fake-scores.js';
import { DRIVEN_WIDTH, type DrivingSums, EVENT_WIDTH } from '../../../ports/scores.js';
import { NameTakenError } from '../errors.js';
import {
  alertRow,
  dayRow,
  sampleAlert,
  sampleDay,
  sampleStart,
  sampleTrack,
  sampleTrip,
  trackRow,
  tripRow,
} from '../sample-rows.js';
import { all, type ContractDatabases, none, range } from './databases-of-contract.js';

const add = (sums: Record<string, number[]>, key: string, values: readonly number[]): void => {
  sums[key] = values.map((value, i) => (sums[key]?.[i] ?? 0) + value);
};

/** To ten digits: the order of a sum decides about the last ones. */
const rounded = (sums: Record<string, number[]>): Record<string, number[]> =>
  Object.fromEntries(Object.entries(sums).map(([key, values]) => [key, values.map(value => Number(value.toPrecision(10)))]));

const unpacked = ({ drivers, vehicles, driven, events, kinds, severities }: DrivingSums): Record<string, number[]> => {
  const sums: Record<string, number[]> = {};
  for (let i = 0; i < driven.length; i += DRIVEN_WIDTH) {
    const [driver, bucket, vehicle, ...values] = driven.slice(i, i + DRIVEN_WIDTH);
    add(sums, `${drivers[driver!]} ${bucket} ${vehicles[vehicle!]}`, values);
  }
  for (let i = 0; i < events.length; i += EVENT_WIDTH) {
    const [driver, bucket, kind, severity, ...values] = events.slice(i, i + EVENT_WIDTH);
    add(sums, `${drivers[driver!]} ${bucket} ${kinds[kind!]} ${severities[severity!]}`, values);
  }
  return rounded(sums);
};

/** What scores are made of. */
export const scoresContract = ({ fresh }: ContractDatabases): void => {
  describe('scores', () => {
    const whole = {
      from: '2026-11-20',
      to: '2026-11-25',
      since: sampleStart - 2 * 86_400_000,
      until: sampleStart + 4 * 86_400_000,
    };

    // Proves: sums by driver, and by driver and bucket, are those of a plain loop over the rows; void and retracted alerts are in none,
    // repeats within a cool-down in all, and so it is after each of them changed.
    test('are summed as a loop over the rows sums them', async () => {
      const db = await fresh('scores');
      const days = range(0, 60).map(n => sampleDay(n, { day: `2026-11-${20 + (n % 6)}`, vehicle: `van-${n}` }));
      const alerts = range(0, 120).map(n =>
        sampleAlert(n, {
          kind: n % 2 === 0 ? 'harsh_braking' : 'speeding',
          severity: n % 5 === 0 ? 'critical' : 'warning',
          status: n % 11 === 0 ? 'void' : n % 13 === 0 ? 'retracted' : 'open',
          occurred_at: new Date(sampleStart + (n % 7) * 43_200_000).toISOString(),
          ended_at: n % 3 === 0 ? null : new Date(sampleStart + (n % 7) * 43_200_000 + n * 1_000).toISOString(),
          ...(n % 2 === 1 && { value: 140 + n, threshold: 130 }),
          suppressed: n % 4,
        }),
      );
      const told = fakeScores({ days, alerts: new Map(alerts.map(alert => [alert.id, alert])) });
      await db.writeRollUps([...days.map(dayRow), ...alerts.map(alert => alertRow({ ...alert, status: 'open' }))], none);
      await db.writeRollUps(alerts.map(alertRow), none);
      const buckets = range(0, 6).map(n => ({ day: `2026-11-${20 + n}`, since: whole.since + n * 86_400_000 }));
      for (const narrower of [{}, { drivers: ['driver-1'] }, { vehicles: ['van-1', 'van-2', 'van-7'] }, { drivers: [] }]) {
        const query = { ...whole, ...narrower };
        for (const cut of [buckets, buckets.slice(0, 1), []])
          expect(unpacked(await db.drivingSums(query, cut))).toEqual(unpacked(await told.drivingSums(query, cut)));
      }
      const mine = { ...whole, drivers: ['driver-1'], kinds: ['speeding'] as const, limit: 5 };
      const events = await db.countedEvents(mine);
      expect(events).toHaveLength(5);
      expect(new Set(events.map(({ id }) => id)).size).toBe(5);
      for (const event of events) {
        const same = (await told.countedEvents({ ...mine, limit: 100 })).find(({ id }) => id === event.id)!;
        expect({ ...event, load: 0 }).toEqual({ ...same, load: 0 });
        expect(event.load).toBeCloseTo(same.load, 6);
      }
    });

    // Proves: old trips go with their tracks, a few at a time; alerts, days and with them every score stay as they are.
    test('outlive the trips they were earned on', async () => {
      const db = await fresh('forgotten');
      const trips = range(0, 5).map(n =>
        sampleTrip(n, { startedAt: sampleStart + n * 3_600_000, endedAt: sampleStart + (n + 1) * 3_600_000 }),
      );
      const rows = trips.flatMap(trip => [tripRow(trip), trackRow(sampleTrack(trip.id, 0)), trackRow(sampleTrack(trip.id, 1))]);
      const alerts = range(0, 4).map(n => alertRow(sampleAlert(n, { driver: 'driver-1', trip: trips[n]!.id })));
      await db.writeRollUps([...rows, ...alerts, dayRow(sampleDay(1))], none);
      const before = unpacked(await db.drivingSums(whole, []));
      const cut = sampleStart + 3 * 3_600_000 + 1;
      expect(await db.forgetTrips(cut, 2)).toBe(2);
      expect(await db.forgetTrips(cut, 2)).toBe(1);
      expect(await db.forgetTrips(cut, 2)).toBe(0);
      expect((await all(page => db.trips(page), 10)).map(({ id }) => id)).toEqual([trips[4]!.id, trips[3]!.id]);
      expect(await db.track(trips[0]!.id)).toEqual([]);
      expect(await db.track(trips[3]!.id)).toHaveLength(2);
      expect(unpacked(await db.drivingSums(whole, []))).toEqual(before);
      expect(await all(page => db.alerts(page), 10)).toHaveLength(4);
    });

    // Proves: what a person voided is off the counts of its trip, in lists and alone, and back when the row says so again.
    test('leave a void off its trip', async () => {
      const db = await fresh('voided');
      const trip = sampleTrip(1, { counts: { harsh_braking: 3, speeding: 1 } });
      const braking = sampleAlert(1, { kind: 'harsh_braking', trip: trip.id, suppressed: 1 });
      const speeding = sampleAlert(2, { kind: 'speeding', trip: trip.id });
      const write = (...alerts: (typeof braking)[]) => db.writeRollUps([tripRow(trip), ...alerts.map(alertRow)], none);
      const counts = async () => [
        (await db.trip(trip.id))!.counts,
        (await db.trips({ limit: 5, cursor: undefined })).items[0]!.counts,
      ];
      await write(braking, speeding);
      expect(await counts()).toEqual([trip.counts, trip.counts]);
      await write({ ...braking, status: 'void' }, { ...speeding, status: 'void' });
      expect(await counts()).toEqual([{ harsh_braking: 1 }, { harsh_braking: 1 }]);
      await write(braking, speeding);
      expect(await counts()).toEqual([trip.counts, trip.counts]);
    });

    // Proves: contested alerts are found while nobody has decided, and not after.
    test('list what is contested', async () => {
      const db = await fresh('contested');
      const contest = { status: 'open', reason: 'a pothole', by: 'u1', at: new Date(sampleStart).toISOString() } as const;
      const open = { ...contest, decided_by: null, decided_at: null, answer: null };
      const alerts = [
        sampleAlert(1),
        sampleAlert(2, { contest: open }),
        sampleAlert(3, { contest: { ...open, status: 'rejected' } }),
      ];
      await db.writeRollUps(alerts.map(alertRow), none);
      const ids = async (contested: boolean) =>
        (await db.alerts({ limit: 9, cursor: undefined, contested })).items.map(({ id }) => id);
      expect(await ids(true)).toEqual([alerts[1]!.id]);
      expect(await ids(false)).toEqual([alerts[2]!.id, alerts[0]!.id]);
      await db.writeRollUps([alertRow({ ...alerts[1]!, contest: { ...open, status: 'accepted' }, status: 'void' })], none);
      expect(await ids(true)).toEqual([]);
    });

    // Proves: versions of the formula are kept, newest first, and none is overwritten.
    test('keep every version of the formula', async () => {
      const db = await fresh('formula');
      const version = (n: number) => ({
        ...{ version: n, valid_from: `2026-11-0${n}`, document: { minimum_km: n }, note: `“${n}”`, at: sampleStart, by: 'Ann' },
      });
      await db.addScoring(version(1));
      await db.addScoring(version(2));
      await expect(db.addScoring({ ...version(2), note: 'forged' })).rejects.toBeInstanceOf(NameTakenError);
      expect(await db.scorings()).toEqual([version(2), version(1)]);
    });
  });
};

import type { Alert } from '../../model/alert.js';
import type { DriverDay } from '../../model/trip.js';
import type {
  CoachingNote,
  CountedEvent,
  DriverEvents,
  DrivingQuery,
  ScoreDatabase,
  ScoringVersion,
} from '../../ports/scores.js';

/** What scores ask of SQL, out of rows in memory; told with plain loops, as a second opinion on what the queries mean. */
export const fakeScores = (rows: { days: DriverDay[]; alerts: Map<string, Alert> }): ScoreDatabase => {
  const scorings: ScoringVersion[] = [];
  const notes = new Map<string, CoachingNote>();

  const daysOf = ({ from, to, drivers, vehicles }: DrivingQuery) =>
    rows.days.filter(
      ({ day, driver, vehicle }) =>
        driver !== '' && day >= from && day <= to && (drivers?.includes(driver) ?? true) && (vehicles?.includes(vehicle) ?? true),
    );

  const eventsOf = ({ since, until, drivers, vehicles }: DrivingQuery): CountedEvent[] =>
    [...rows.alerts.values()].flatMap(alert => {
      const { id, driver, vehicle, trip, kind, severity, status, value, threshold, ended_at } = alert;
      const at = Date.parse(alert.occurred_at);
      const wanted = driver !== null && (drivers?.includes(driver) ?? true) && (vehicles?.includes(vehicle) ?? true);
      if (!wanted || at < since || at >= until || status === 'void' || status === 'retracted') return [];
      const lasted = ended_at === null ? 20 : (Date.parse(ended_at) - at) / 1_000;
      const load = lasted * ((1 + (value === null || !threshold ? 1 : value / threshold)) / 2) ** 4;
      return [{ id, driver, vehicle, trip, kind, severity, at, count: 1 + alert.suppressed, load }];
    });

  const summed = (events: readonly CountedEvent[]): DriverEvents[] =>
    events.map(({ driver, kind, severity, count, load }) => ({
      ...{ driver, kind, severity, count },
      ...{ load: kind === 'speeding' ? count * load : 0, loadSquares: kind === 'speeding' ? count * load * load : 0 },
    }));

  return {
    drivingSums: async query => ({ driven: daysOf(query), events: summed(eventsOf(query)) }),
    async bucketSums(query, buckets) {
      const [drivers, kinds, severities]: string[][] = [[], [], []];
      const place = (texts: string[], text: string) => (texts.includes(text) ? texts.indexOf(text) : texts.push(text) - 1);
      const bucket = (before: (at: (typeof buckets)[number]) => boolean) => buckets.findLastIndex(before);
      const driven = daysOf(query).map(({ driver, day, distance, driving, idle, night }) => [
        ...[place(drivers!, driver), bucket(({ day: first }) => first <= day), distance, driving, idle, night],
      ]);
      const events = eventsOf(query).flatMap(event =>
        summed([event]).map(({ driver, kind, severity, count, load, loadSquares }) => [
          ...[
            place(drivers!, driver),
            bucket(({ since }) => since <= event.at),
            place(kinds!, kind),
            place(severities!, severity),
          ],
          ...[count, load, loadSquares],
        ]),
      );
      return {
        ...{ drivers: drivers!, kinds: kinds!, severities: severities! },
        ...{ driven: Float64Array.from(driven.flat()), events: Float64Array.from(events.flat()) },
      };
    },
    countedEvents: async ({ kinds, limit, ...query }) =>
      eventsOf(query)
        .filter(({ kind }) => kinds.includes(kind))
        .sort((a, b) => b.at - a.at)
        .slice(0, limit),
    scorings: async () => [...scorings],
    addScoring: async scoring => void scorings.unshift(scoring),
    coachingNotes: async driver => [...notes.values()].filter(one => one.driver === driver).sort((a, b) => b.at - a.at),
    coachingNote: async id => notes.get(id),
    putCoachingNote: async note => void notes.set(note.id, note),
    deleteCoachingNote: async id => void notes.delete(id),
  };
};

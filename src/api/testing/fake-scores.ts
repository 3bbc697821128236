import type { Alert } from '../../model/alert.js';
import type { DriverDay } from '../../model/trip.js';
import type { Bucket, CoachingNote, CountedEvent, DrivingQuery, ScoreDatabase, ScoringVersion } from '../../ports/scores.js';

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

  return {
    async drivingSums(query, buckets) {
      const [drivers, vehicles, kinds, severities]: [string[], string[], string[], string[]] = [[], [], [], []];
      const place = (texts: string[], text: string) => (texts.includes(text) ? texts.indexOf(text) : texts.push(text) - 1);
      const bucketOf = (begun: (bucket: Bucket) => boolean) => Math.max(0, buckets.findLastIndex(begun));
      const driven = daysOf(query).map(({ driver, vehicle, day, distance, driving, idle, night, trips, measured }) => [
        ...[place(drivers, driver), bucketOf(({ day: first }) => first <= day), place(vehicles, vehicle)],
        ...[distance, driving, idle, night, trips, measured?.along ?? driving, measured?.across ?? driving],
      ]);
      const events = eventsOf(query).map(({ driver, kind, severity, count, load: of, at }) => {
        const load = kind === 'speeding' ? of : 0;
        const places = [
          place(drivers, driver),
          bucketOf(({ since }) => since <= at),
          place(kinds, kind),
          place(severities, severity),
        ];
        return [...places, count, count * load, count * load * load];
      });
      return {
        ...{ drivers, vehicles, kinds, severities },
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

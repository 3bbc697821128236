import { z } from 'zod';
import type { AlertKind } from '../../model/alert.js';
import { days, type Instant } from '../../model/units.js';
import type { CoachingNote } from '../../ports/scores.js';
import { changeOf, isTopic } from '../../rollups/coaching.js';
import { KIND_OF_PART, SCORE_PARTS, type ScorePart } from '../../rollups/scoring.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { isDay } from '../http/day-range.js';
import { byId, isoTime, pageOf, paging } from '../http/fields.js';
import { newId } from '../http/new-id.js';
import { pageOfRanking } from '../http/page.js';
import { forbidden, notFound } from '../http/problem.js';
import { type AnyRoute, defineRoute } from '../http/route.js';
import { scoringHistory, scoringOn } from '../scores/fleet-scoring.js';
import { periodOf } from '../scores/period.js';
import { scoreReader } from '../scores/score-reader.js';
import { iso, isoOrNull, rounded } from '../wire/iso.js';
import { scorePart } from '../wire/scorecard.js';
import { visibleDriver } from './driver-routes.js';

/** As much driving before a talk as scores look at. */
const DAYS_BEFORE = 28;

const day = z
  .string()
  .refine(isDay, { message: 'must be a day, YYYY-MM-DD', params: { said: { code: 'wrong_form', form: 'day' } } });

const note = z
  .object({
    id: z.string(),
    driver: z.string(),
    at: isoTime,
    changed_at: isoTime.nullable(),
    by: z.string(),
    topic: scorePart.nullable(),
    note: z.string(),
    follow_up: z.string().nullable().describe('Day to come back to it'),
    done: z.boolean(),
    own: z.boolean().describe('Yours to change'),
  })
  .meta({ id: 'CoachingNote' });

const fields = {
  note: z.string().trim().min(1).max(4_000),
  topic: scorePart.nullable(),
  follow_up: day.nullable(),
  done: z.boolean(),
};

const rate = z.object({
  count: z.number().int(),
  exposure: z.number().describe('100 km; for idling, hours of engine time; for night and fatigue, 10 h of driving'),
  rate: z.number(),
  low: z.number(),
  high: z.number(),
});

const coaching = z
  .object({
    items: z.array(
      z.object({
        topic: scorePart,
        since: z.string().describe('Day of the first note on it'),
        follow_up: z.string().nullable(),
        verdict: z.enum(['improved', 'worse', 'no_clear_change', 'not_enough_driving']),
        before: rate.describe('In the 28 days before it'),
        after: rate.describe('From the day after it until today'),
        ratio: z.object({ low: z.number(), high: z.number() }).nullable().describe('After over before, 90 % interval'),
      }),
    ),
  })
  .meta({ id: 'CoachingProgress' });

/** What a coach writes is about a person: the audit keeps that it was done, not the words. */
const audit = (): null => null;

export const coachingRoutes = ({
  registry,
  database,
  clock,
  random,
}: Pick<ApiDeps, 'registry' | 'database' | 'clock' | 'random'>): AnyRoute[] => {
  const reader = scoreReader({ registry, database });
  const zone = () => registry.settings().zone;

  const noteWire = (caller: Caller, one: CoachingNote): z.infer<typeof note> => ({
    ...{ id: one.id, driver: one.driver, at: iso(one.at), changed_at: isoOrNull(one.changed_at), by: one.by },
    ...{ topic: isTopic(one.topic) ? one.topic : null, note: one.note, follow_up: one.follow_up, done: one.done },
    own: one.by_id === caller.id,
  });

  const ownNote = async (caller: Caller, driver: string, id: string): Promise<CoachingNote> => {
    await visibleDriver({ database }, caller, driver);
    const found = await database.coachingNote(id);
    if (found === undefined || found.driver !== driver) throw notFound('note', id);
    if (found.by_id !== caller.id) throw forbidden('Only who wrote a note may change it.');
    return found;
  };

  /** What the period has of a topic: how often, and in how much. */
  const measured = async (caller: Caller, driver: string, from: Instant, to: Instant, topic: ScorePart) => {
    const period = periodOf({ from, to }, zone(), clock.now());
    const driven = (await reader.driving(caller, period, [driver])).get(driver);
    if (driven === undefined) return { count: 0, exposure: 0, distance: 0 };
    const kind: AlertKind | null = KIND_OF_PART[topic];
    const count = driven.events.filter(event => event.kind === kind).reduce((sum, event) => sum + event.count, 0);
    const exposure =
      topic === 'idling'
        ? (driven.driving + driven.idle) / 3_600
        : topic === 'fatigue' || topic === 'night'
          ? driven.driving / 36_000
          : driven.distance / 100;
    // Night has no alerts: its share of the driving, as drives of ten minutes.
    return { count: topic === 'night' ? Math.round(driven.night / 600) : count, exposure, distance: driven.distance };
  };

  const progressOf = async (caller: Caller, driver: string, topic: ScorePart, notes: readonly CoachingNote[]) => {
    const first = notes.at(-1)!;
    const { minimum_km } = scoringOn(await scoringHistory({ database }), periodOf({}, zone(), clock.now()).to).scoring;
    const talked = periodOf({ from: first.at, to: first.at }, zone(), first.at);
    const [before, after] = await Promise.all([
      measured(caller, driver, talked.since - days(DAYS_BEFORE), talked.since - 1, topic),
      talked.until > clock.now()
        ? { count: 0, exposure: 0, distance: 0 }
        : measured(caller, driver, talked.until, clock.now(), topic),
    ]);
    const enough = before.distance >= minimum_km && after.distance >= minimum_km;
    const { verdict, ratio, ...rates } = changeOf(before, after, enough ? 0 : Number.POSITIVE_INFINITY);
    const rateWire = (of: typeof rates.before): z.infer<typeof rate> => ({
      ...{ count: of.count, exposure: rounded(of.exposure, 3) },
      ...{ rate: rounded(of.rate, 3), low: rounded(of.low, 3), high: rounded(of.high, 3) },
    });
    return {
      ...{ topic, since: talked.from, follow_up: notes.find(one => one.follow_up !== null)?.follow_up ?? null, verdict },
      ...{ before: rateWire(rates.before), after: rateWire(rates.since) },
      ratio: ratio && { low: rounded(ratio.low, 2), high: rounded(ratio.high, 2) },
    };
  };

  return [
    defineRoute({
      method: 'get',
      path: '/drivers/{id}/notes',
      action: 'coaching.write',
      tag: 'coaching',
      summary: "Coaches' notes on a driver, newest first",
      params: byId,
      query: paging,
      answer: pageOf(note),
      async run({ params, query, caller }) {
        await visibleDriver({ database }, caller, params.id);
        const notes = await database.coachingNotes(params.id);
        const page = pageOfRanking(notes, { limit: query.limit, cursor: query.cursor }, ({ id }) => id);
        return { ...page, items: page.items.map(one => noteWire(caller, one)) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/drivers/{id}/notes',
      action: 'coaching.write',
      tag: 'coaching',
      summary: 'Note what was talked about; with a topic, whether it improved is followed from here',
      params: byId,
      body: z.object({
        ...{ note: fields.note, topic: fields.topic.default(null), follow_up: fields.follow_up.default(null) },
        done: fields.done.default(false),
      }),
      answer: note,
      status: 201,
      audit,
      async run({ params, body, caller, res }) {
        await visibleDriver({ database }, caller, params.id);
        const made: CoachingNote = {
          ...{ id: newId(random), driver: params.id, at: clock.now(), changed_at: null },
          ...{ by_id: caller.id, by: caller.name, ...body },
        };
        await database.putCoachingNote(made);
        res.location(`/api/v1/drivers/${params.id}/notes/${made.id}`);
        return noteWire(caller, made);
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/drivers/{id}/notes/{note}',
      action: 'coaching.write',
      tag: 'coaching',
      turn: ({ params }) => [`note/${params.note}`],
      summary: 'Change a note of your own: what is given',
      params: byId.extend({ note: z.string().max(128) }),
      body: z.object({
        ...{ note: fields.note.optional(), topic: fields.topic.optional(), follow_up: fields.follow_up.optional() },
        done: fields.done.optional(),
      }),
      answer: note,
      audit,
      async run({ params, body, caller }) {
        const changed = { ...(await ownNote(caller, params.id, params.note)), ...body, changed_at: clock.now() };
        await database.putCoachingNote(changed);
        return noteWire(caller, changed);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/drivers/{id}/notes/{note}',
      action: 'coaching.write',
      tag: 'coaching',
      turn: ({ params }) => [`note/${params.note}`],
      summary: 'Take a note of your own away',
      params: byId.extend({ note: z.string().max(128) }),
      async run({ params, caller }) {
        await database.deleteCoachingNote((await ownNote(caller, params.id, params.note)).id);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/drivers/{id}/coaching',
      action: 'coaching.write',
      tag: 'coaching',
      summary: 'Whether what was talked about improved: how often before the first note on it and since, with intervals',
      params: byId,
      answer: coaching,
      async run({ params, caller }) {
        await visibleDriver({ database }, caller, params.id);
        const notes = await database.coachingNotes(params.id);
        const topics = SCORE_PARTS.map(part => [part, notes.filter(({ topic }) => topic === part)] as const);
        const talkedAbout = topics.filter(([, of]) => of.length > 0);
        return { items: await Promise.all(talkedAbout.map(([topic, of]) => progressOf(caller, params.id, topic, of))) };
      },
    }),
  ];
};

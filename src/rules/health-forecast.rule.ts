import { z } from 'zod';
import type { HealthPart } from '../model/health.js';
import type { HealthNews } from '../model/moment.js';
import type { Instant } from '../model/units.js';
import { asked } from './condition.js';
import { defineRule, type Finding } from './define-rule.js';

/** Parts that were told and are not well again, and since when. */
type ForecastMemory = { told: { part: HealthPart; from: Instant }[] };

/** So near there is no time to plan. */
const URGENT_DAYS = 3;

const isTold = ({ bad, daysLeft }: HealthNews, withinDays: number): boolean =>
  bad && (daysLeft === null || daysLeft <= withinDays);

const findingOf = ({ part, value, unit, threshold, text, said, daysLeft }: HealthNews, from: Instant): Finding => ({
  from,
  subject: part,
  severity: daysLeft !== null && daysLeft <= URGENT_DAYS ? 'critical' : undefined,
  value: value ?? undefined,
  threshold,
  unit,
  message: text,
  said,
});

export const healthForecast = defineRule({
  kind: 'health_forecast',
  when: 'a day that is over says, with the days before it, that a part will fail within `within_days` (battery) or was bad on two of its last five days (charging, thermostat, fuel trims, idle, engine power); told once per part until it is well again, and brought up to date each day',
  params: z.strictObject({
    within_days: z.number().min(0).max(365).default(21).describe('days ahead of the expected failure'),
    parts: z
      .array(z.enum(['battery', 'charging', 'coolant', 'thermostat', 'fuel_trims', 'misfire', 'engine_power']))
      .default(['battery', 'charging', 'thermostat', 'fuel_trims', 'misfire', 'engine_power'])
      .describe('parts that are told'),
  }),
  severity: 'warning',
  cooldown_s: 0,
  needs: 'healthNews',
  start: (): ForecastMemory => ({ told: [] }),
  step(memory, { at, healthNews }, { within_days, parts }, report) {
    for (const news of healthNews) {
      if (!parts.includes(news.part)) continue;
      const told = memory.told.find(({ part }) => part === news.part);
      if (isTold(news, within_days)) {
        if (told === undefined) memory.told.push({ part: news.part, from: at });
        report(findingOf(news, told?.from ?? at));
      } else if (told !== undefined && !news.bad) {
        memory.told = memory.told.filter(({ part }) => part !== news.part);
        report({
          ...findingOf(news, told.from),
          to: at,
          message: 'It is well again.',
          said: [{ code: 'well_again', part: news.part }],
        });
      }
    }
  },
  explain({ told }, { healthNews }, { within_days, parts }) {
    const judged = healthNews.filter(({ part }) => parts.includes(part));
    const known = told.map(({ part }) => part).join(' ');
    return [
      asked(
        'day_judged',
        judged.length === 0
          ? null
          : [
              judged.map(({ part, value, unit }) => `${part}${value === null ? '' : ` ${value} ${unit}`}`).join(', '),
              judged.map(({ part, value, unit }) => ({ code: 'part_measured', part, value, unit })),
            ],
        ['a part that the day measured; judged at the first reading of the next day', { code: 'measured_part' }],
        judged.length > 0,
      ),
      asked(
        'part_fails',
        judged.length > 0
          ? [
              judged
                .map(({ part, bad, daysLeft }) => `${part}: ${daysLeft === null ? (bad ? 'bad' : 'well') : `${daysLeft} d left`}`)
                .join(', '),
              judged.map(({ part, bad, daysLeft }) => ({ code: 'part_left', part, days: daysLeft, bad })),
            ]
          : known === ''
            ? null
            : [`told before: ${known}`, [{ code: 'parts_told', parts: known }]],
        [`at most ${within_days} d left, or bad`, { code: 'bad_or_left', days: within_days }],
        judged.some(news => isTold(news, within_days)),
      ),
    ];
  },
  examples: [
    {
      name: 'a battery that will not start in two weeks',
      given: [30, 14, 13].map((daysLeft, day) => ({
        at: day * 86_400_000,
        healthNews: [
          {
            ...{ part: 'battery', bad: true, value: 12.1, unit: 'V', threshold: 11.8, daysLeft },
            text: `In ${daysLeft} days.`,
            said: [{ code: 'battery_measured', resting: 12.1, cranking: null }],
          },
        ],
      })),
      finds: [
        { from: 86_400_000, subject: 'battery', value: 12.1, message: 'In 14 days.' },
        { from: 86_400_000, subject: 'battery', message: 'In 13 days.' },
      ],
    },
    {
      name: 'a thermostat that was exchanged',
      given: [false, true, true, false].map((bad, day) => ({
        at: day * 86_400_000,
        healthNews: [
          {
            ...{ part: 'thermostat', bad, value: 61, unit: 'degC', threshold: 70, daysLeft: null },
            text: 'Cold.',
            said: [{ code: 'stays_cold', limit_c: 70 }],
          },
        ],
      })),
      finds: [
        { from: 86_400_000, subject: 'thermostat', message: 'Cold.' },
        { from: 86_400_000, message: 'Cold.' },
        {
          from: 86_400_000,
          to: 3 * 86_400_000,
          said: [{ code: 'well_again', part: 'thermostat' }],
          message: 'It is well again.',
        },
      ],
    },
  ],
});

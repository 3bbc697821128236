import { z } from 'zod';
import { dtcText } from '../model/dtc-text.js';
import type { DtcNews } from '../model/moment.js';
import { type Instant, seconds } from '../model/units.js';
import { asked, lasts } from './condition.js';
import { defineRule, type Finding } from './define-rule.js';

type CodeMemory = {
  /** When each code that is there now was told; a change of its state amends that finding. */
  told: { code: string; from: Instant }[];
  /** The lamp came on and no code has been read since. */
  lampFrom: Instant | null;
};

/** The tracker keeps no more codes than this. */
const MAX_TOLD = 64;

const STATES: Record<DtcNews['state'], string> = {
  pending: 'is pending',
  confirmed: 'is confirmed',
  permanent: 'is permanent',
  cleared: 'was cleared',
};

/** Of a code: its state and whether the lamp is on. A code seen for the first time opens a finding, every change amends it. */
const findingOf = ({ code, state, milOn }: DtcNews, from: Instant, at: Instant): Finding => ({
  from,
  to: state === 'cleared' ? at : undefined,
  // The lamp may stay on for another code when this one is cleared.
  severity: milOn && state !== 'pending' && state !== 'cleared' ? 'critical' : undefined,
  dtc: code,
  message: `Trouble code ${code} (${dtcText(code).text}) ${STATES[state]}${milOn && state !== 'cleared' ? ', the malfunction lamp is on' : ''}.`,
  said: [{ code: 'code_is', dtc: code, meaning: dtcText(code).text, state, lamp: milOn && state !== 'cleared' }],
});

export const diagnosticTroubleCode = defineRule({
  kind: 'diagnostic_trouble_code',
  when: 'a trouble code is new or changed its state (pending, confirmed, permanent, cleared); critical while the malfunction lamp is on; a lamp without a code read within `lamp_s` is told by itself; so is, as info, that codes were cleared a short time ago: few warm-ups since, and monitors that have not run',
  params: z.strictObject({
    pending: z.boolean().default(true).describe('whether codes are told that are only pending'),
    readiness: z.boolean().default(true).describe('whether it is told that codes were cleared a short time ago'),
    lamp_s: z.number().min(0).default(60).describe('how long a lamp waits for its code'),
  }),
  severity: 'warning',
  cooldown_s: 0,
  needs: 'dtcNews',
  start: (): CodeMemory => ({ told: [], lampFrom: null }),
  step(memory, { at, dtcNews, location }, params, report) {
    for (const news of dtcNews) {
      if (news.clearing !== undefined) {
        if (params.readiness) report(clearingOf(news.clearing, at));
        continue;
      }
      if (news.code === '') {
        memory.lampFrom ??= at;
        continue;
      }
      if (news.milOn) memory.lampFrom = null;
      let told = memory.told.find(({ code }) => code === news.code);
      if (told === undefined) {
        if (news.state === 'cleared' || (news.state === 'pending' && !params.pending)) continue;
        if (memory.told.length === MAX_TOLD) memory.told.shift();
        told = { code: news.code, from: at };
        memory.told.push(told);
      } else if (news.state === 'cleared') memory.told.splice(memory.told.indexOf(told), 1);
      report({ ...findingOf(news, told.from, at), location: location && { lat: location.lat, lon: location.lon } });
    }
  },
  due: ({ lampFrom }, { lamp_s }) => (lampFrom === null ? undefined : lampFrom + seconds(lamp_s)),
  lapse(memory, _at, _params, report) {
    if (memory.lampFrom === null) return;
    report({
      from: memory.lampFrom,
      severity: 'critical',
      message: 'The malfunction lamp is on; no trouble code has been read.',
      said: [{ code: 'lamp_alone' }],
    });
    memory.lampFrom = null;
  },
  explain({ told, lampFrom }, { at, dtcNews }, { pending, lamp_s }) {
    const lamp = lasts('lamp_alone_for', lampFrom, at, lamp_s);
    const codes = dtcNews.filter(({ code }) => code !== '');
    const known = told.map(({ code }) => code).join(' ');
    const isNews = codes.some(({ state }) => state !== 'pending' || pending);
    return [
      asked(
        'code_news',
        codes.length > 0
          ? [
              codes.map(({ code, state }) => `${code} ${state}`).join(', '),
              codes.map(({ code, state }) => ({ code: 'code_seen', dtc: code, state })),
            ]
          : known === ''
            ? null
            : [`none new; known: ${known}`, [{ code: 'codes_known', codes: known }]],
        pending
          ? ['a code that is new or changed its state', { code: 'new_code' }]
          : ['a code that is new, and more than pending, or changed its state', { code: 'new_confirmed_code' }],
        isNews || lamp.holds,
      ),
      { ...lamp, holds: isNews || lamp.holds },
    ];
  },
  examples: [
    {
      name: 'pending, then confirmed with the lamp, then cleared: one finding, amended twice',
      given: [
        { at: 0, dtcNews: [{ code: 'P0301', state: 'pending', milOn: false }] },
        { at: 60_000, dtcNews: [{ code: 'P0301', state: 'confirmed', milOn: true }] },
        { at: 90_000, dtcNews: [{ code: 'P0301', state: 'cleared', milOn: false }] },
      ],
      finds: [
        { from: 0, dtc: 'P0301', severity: undefined },
        { from: 0, dtc: 'P0301', severity: 'critical' },
        { from: 0, to: 90_000, dtc: 'P0301' },
      ],
    },
    {
      name: 'the lamp first, its code within the minute',
      given: [
        { at: 0, dtcNews: [{ code: '', state: 'confirmed', milOn: true }] },
        { at: 2_000, dtcNews: [{ code: 'P0420', state: 'confirmed', milOn: true }] },
        { at: 120_000 },
      ],
      finds: [{ from: 2_000, dtc: 'P0420', severity: 'critical' }],
    },
    {
      name: 'cleared before an inspection',
      given: [{ at: 0, dtcNews: [{ code: '', state: 'cleared', milOn: false, clearing: { warmUps: 2, monitors: 6 } }] }],
      finds: [
        {
          from: 0,
          severity: 'info',
          value: 2,
          subject: 'cleared',
          message: 'Trouble codes were cleared a short time ago: 2 warm-ups since, 6 monitors have not run.',
        },
      ],
    },
    {
      name: 'a lamp alone',
      given: [{ at: 0, dtcNews: [{ code: '', state: 'confirmed', milOn: true }] }, { at: 120_000 }],
      finds: [{ from: 0, severity: 'critical' }],
    },
  ],
});

function clearingOf({ warmUps, monitors }: NonNullable<DtcNews['clearing']>, at: Instant): Finding {
  return {
    from: at,
    severity: 'info',
    value: warmUps,
    subject: 'cleared',
    message: `Trouble codes were cleared a short time ago: ${warmUps} warm-ups since, ${monitors} monitors have not run.`,
    said: [{ code: 'codes_cleared', warm_ups: warmUps, monitors }],
  };
}

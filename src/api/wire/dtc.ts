import { z } from 'zod';
import { dtcText } from '../../model/dtc-text.js';
import { DTC_STATES, type DtcRecord } from '../../model/vehicle-record.js';
import { isoTime } from '../http/fields.js';
import { iso, isoOrNull } from './iso.js';

/** The life of a trouble code, as REST shows it. */
export const dtc = z
  .object({
    code: z.string(),
    state: z.enum(DTC_STATES),
    text: z.string().describe('In words; of its family where `exact` is false'),
    exact: z.boolean(),
    generic: z.boolean().describe('False: the maker gives the code its meaning'),
    first_seen: isoTime,
    last_seen: isoTime,
    cleared_at: isoTime.nullable(),
    times: z.number().int().describe('How often it came, having been cleared in between'),
    mil: z.boolean().describe('The lamp was on while it was there'),
    freeze_frame: z
      .object({
        source: z.enum(['ecu', 'seen']),
        ts: isoTime,
        signals: z.record(z.string(), z.number()),
        units: z.record(z.string(), z.string().nullable()).describe('Of each of the signals; null where it has none'),
      })
      .nullable()
      .describe('`ecu`: the frame that the engine stored; `seen`: what was last told when the code was first read'),
  })
  .meta({ id: 'Dtc' });

/** @param unitOf of a signal */
export const dtcWire = (record: DtcRecord, unitOf: (signal: string) => string | null): z.infer<typeof dtc> => ({
  code: record.code,
  state: record.state,
  ...dtcText(record.code),
  first_seen: iso(record.at),
  last_seen: iso(record.lastSeen),
  cleared_at: isoOrNull(record.clearedAt),
  times: record.times,
  mil: record.milOn,
  freeze_frame: record.freezeFrame && {
    source: record.freezeFrame.source,
    ts: iso(record.freezeFrame.at),
    signals: record.freezeFrame.signals,
    units: Object.fromEntries(Object.keys(record.freezeFrame.signals).map(signal => [signal, unitOf(signal)])),
  },
});

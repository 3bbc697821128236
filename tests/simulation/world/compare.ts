import type { Alert } from '../../../src/model/alert.js';
import { type DrawnChunk, trackChunkOf } from '../../../src/model/drawn-track/drawn-chunk.js';
import type { Fact } from '../../../src/model/fact.js';
import { defaultRuleSettings } from '../../../src/rules/default-rules.js';
import { fencesAlong, START } from '../fleet-drive.js';
import { SimulatedFold } from '../simulated-fold.js';
import { foldedOnce, wronglyTold } from './folded-once.js';
import { PARTITIONS } from './sim-server.js';

import { type WorldEnd, worldSettings } from './world.js';

/** What counts in the end: trips, days, tracks and alerts, leaving out what depends on arrival by its nature. */
interface Outcome {
  trips: unknown[];
  days: unknown[];
  points: unknown[];
  alerts: unknown[];
}

/** The outcome of what stands in the journal of a world, folded in the order in which it happened, with nothing going wrong. */
const undisturbed = async ({ disk, events }: WorldEnd): Promise<Outcome> => {
  const fold = new SimulatedFold();
  fold.say({ type: 'settings_put', settings: worldSettings }, START);
  for (const rule of defaultRuleSettings()) fold.say({ type: 'rule_put', rule }, START);
  for (const geofence of fencesAlong(events)) fold.say({ type: 'geofence_put', geofence }, START);
  // Who drove is known from the beginning, and nothing is ever folded again for it.
  for (const { header, body } of disk.records) {
    const fact = header.kind === 'fact' ? (JSON.parse(Buffer.from(body).toString()) as Fact) : undefined;
    if (fact?.type === 'assignment_put' || fact?.type === 'assignment_deleted') fold.say(fact, START);
  }
  const accepted = disk.records.flatMap(({ header, body }) => {
    if (header.kind !== 'message') return [];
    const text = Buffer.from(body).toString();
    if (text === '{"ts":') return [];
    const said = JSON.parse(text) as { ts: number } | { ts: number }[];
    return (Array.isArray(said) ? said : [said]).map(event => ({
      device: header.device,
      ts: event.ts,
      text: JSON.stringify(event),
    }));
  });
  accepted.sort((a, b) => a.ts - b.ts);
  let second = START;
  for (const { device, ts, text } of accepted) {
    for (; second <= ts + 50; second += 1_000) fold.tick(second);
    fold.send({ device, received: ts + 50, payload: text });
  }
  for (const end = second + 12 * 60_000; second <= end; second += 1_000) fold.tick(second);
  await fold.start();
  await fold.run(10_000);
  return fold.outcome();
};

const outcomeOf = (rows: ReadonlyMap<string, unknown>, alerts: readonly Alert[]): Outcome => {
  const table = (name: string) => [...rows].filter(([key]) => key.startsWith(`${name} `)).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    trips: table('trip').map(([, row]) => ({ ...(row as object), from: 0, to: 0 })),
    days: table('driver_day').map(([, row]) => row),
    points: table('track').map(([, row]) => trackChunkOf(row as DrawnChunk)),
    alerts: alerts
      .filter(({ status, kind }) => status !== 'retracted' && kind !== 'device_offline')
      .map(({ raised_at: _raised, late: _late, evidence: _evidence, latency_ms: _latency, ...rest }) => rest)
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
};

const plain = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => (ArrayBuffer.isView(inner) ? [...(inner as never)] : inner));

/** @returns what is wrong with how a world ended; empty where every promise held */
export const wrongWith = async (end: WorldEnd): Promise<string[]> => {
  const wrong = [...end.wrong];
  const sent = new Set(end.events.map(({ device, text }) => `${device} ${(JSON.parse(text) as { ts: number }).ts}`));
  for (const { header, body } of end.disk.records) {
    const text = Buffer.from(body).toString();
    if (header.kind !== 'message' || text === '{"ts":') continue;
    const said = JSON.parse(text) as { ts: number } | { ts: number }[];
    for (const { ts } of Array.isArray(said) ? said : [said]) sent.delete(`${header.device} ${ts}`);
  }
  if (sent.size > 0) wrong.push(`${sent.size} acknowledged events are not in the journal`);
  const once = await foldedOnce(end.disk.records, PARTITIONS, end.pace);
  wrong.push(...wronglyTold(end.told, once.told));
  // Where rules were changed, arrival decides which of them judged what: then the outcome is that of the journal as it stands.
  const expected = end.changed ? outcomeOf(once.rows, once.alerts) : await undisturbed(end);
  const found = outcomeOf(end.database.rows, end.alerts);
  for (const part of ['trips', 'days', 'points', 'alerts'] as const) {
    const [theirs, ours] = [expected[part].map(plain), found[part].map(plain)];
    for (const row of theirs) if (!ours.includes(row)) wrong.push(`${part} lack ${row.slice(0, 600)}`);
    for (const row of ours) if (!theirs.includes(row)) wrong.push(`${part} have ${row.slice(0, 600)}`);
  }
  if (found.trips.length === 0) wrong.push('there are no trips at all');
  for (const alert of end.alerts) {
    const row = end.database.rows.get(`alert ${alert.id}`);
    if (plain(row) !== plain(alert)) wrong.push(`alert ${alert.id} in SQL is not the alert`);
  }
  return wrong;
};

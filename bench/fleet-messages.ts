import type { NewRecord } from '../src/model/record.js';
import { driveEvents } from '../src/simulator/drive-events.js';

export const FROM = Date.UTC(2026, 0, 5, 8);
const VEHICLES = 200;
const SECONDS = 120;

/**
 * Records of a fleet that drives for two minutes: 200 simulated drives, each taken several times under other names.
 * @param perMessage events in one message
 * @param named begins the names of vehicles
 */
export const fleetMessages = (perMessage: number, copies: number, named = ''): NewRecord[] => {
  const waiting = new Map<string, string[]>();
  const records: NewRecord[] = [];
  const devices = Array.from({ length: VEHICLES }, (_, i) => `v${i}`);
  const until = FROM + SECONDS * 1_000;
  for (const { device, event, at } of driveEvents({ seed: 'fold', devices, from: FROM, until, incidents: [] })) {
    if (!event) continue;
    const its = waiting.get(device) ?? [];
    waiting.set(device, its);
    its.push(JSON.stringify(event));
    if (its.length < perMessage) continue;
    const body = Buffer.from(perMessage === 1 ? its.splice(0)[0]! : `[${its.splice(0).join(',')}]`);
    for (let copy = 0; copy < copies; copy++) {
      const key = `${named}${device}-${copy}`;
      const header = {
        kind: 'message' as const,
        received: at,
        format: 'telltale-v1',
        device: key,
        topic: `telltale/v1/${key}/events`,
        dup: false,
      };
      records.push({ key, header, body });
    }
  }
  return records;
};

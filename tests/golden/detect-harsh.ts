import type { Moment } from '../../src/model/moment.js';
import type { Reading } from '../../src/model/reading.js';
import { ruleOf } from '../../src/rules/index.js';
import { runRule } from '../../src/rules/run-example.js';
import type { OutcomeSink } from '../../src/streams/track/outcome-sink.js';
import { newTrackMemory, trackReading } from '../../src/streams/track/track-vehicle.js';
import { blankMoment, plainConditions } from './fold-trips.js';
import type { Stretch } from './reference-harsh.js';

const nobody: OutcomeSink = {
  trip: () => {},
  track: () => {},
  driverDay: () => {},
  fuelDay: () => {},
  healthDay: () => {},
  record: () => {},
  betweenTrips: () => {},
};

/** Tracks the readings of one car and keeps every moment. */
export const momentsOf = (readings: readonly Reading[]): Moment[] => {
  const memory = newTrackMemory();
  const conditions = plainConditions(readings[0]?.device ?? '');
  return readings.map(reading => {
    const moment = blankMoment();
    trackReading(memory, reading, conditions, moment, nobody);
    // What is fitted is used again at the next reading.
    return structuredClone(moment);
  });
};

/** The harsh events that the product's own rule finds in them, each with its peak. */
export const detectHarsh = (
  moments: readonly Moment[],
  kind: 'harsh_braking' | 'harsh_acceleration' | 'harsh_cornering',
  threshold: number,
): Stretch[] => {
  const rule = ruleOf(kind)!;
  const events = new Map<number, Stretch>();
  for (const { from, to, value } of runRule(rule, moments, rule.params.parse({ threshold })).findings) {
    events.set(from, { start: from, end: to ?? from, peak: value! });
  }
  return [...events.values()];
};

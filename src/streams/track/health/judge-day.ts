import type { HealthDay, HealthPart } from '../../../model/health.js';
import type { HealthNews } from '../../../model/moment.js';
import { estimateBattery, NO_START_RESTING } from '../../../rollups/health/battery.js';
import { dayVerdicts } from '../../../rollups/health/day-verdicts.js';
import { dayNumber } from '../../../rollups/health/part-health.js';
import { batteryDays, rememberBattery } from './health-history.js';
import type { HealthMemory } from './health-memory.js';

/** Of the newest so many days on which a part was measured … */
const LOOKED_AT = 5;
/** … so many have to be bad: one may be weather, a hill, or a jump start. */
const OFTEN = 2;
const MASK = (1 << LOOKED_AT) - 1;

const bitsIn = (mask: number): number => {
  let count = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) count += 1;
  return count;
};

/** What a day that is over says of each part that it measured, with the days before it: what a rule warns by. */
export const judgeDay = (memory: HealthMemory, day: HealthDay, out: HealthNews[]): void => {
  const before = memory.battery;
  memory.battery = rememberBattery(memory.battery, day);
  if (memory.battery.length !== before.length || day.battery.resting !== null || day.battery.cranking !== null)
    out.push(battery(memory, day));
  for (const { part, bad, value, unit, threshold, text, said } of dayVerdicts(day)) {
    memory.bad ??= {};
    const mask = (((memory.bad[part] ?? 0) << 1) | (bad ? 1 : 0)) & MASK;
    memory.bad[part] = mask;
    out.push({ part, bad: bitsIn(mask) >= OFTEN, value, unit, threshold, text, said, daysLeft: null });
  }
};

const battery = (memory: HealthMemory, day: HealthDay): HealthNews => {
  const { state, value, forecast, note, said } = estimateBattery(batteryDays(day.vehicle, memory.battery, day));
  const daysLeft = forecast === null || forecast.high === null ? null : dayNumber(forecast.at) - dayNumber(day.day);
  return {
    part: 'battery' satisfies HealthPart,
    bad: state === 'critical' || daysLeft !== null,
    value,
    unit: 'V',
    threshold: NO_START_RESTING,
    text: `Battery: ${note}`,
    said,
    daysLeft: state === 'critical' ? 0 : daysLeft,
  };
};

import type { Instant } from '../../model/units.js';
import type { PrivateMode } from '../../model/vehicle.js';
import { inSchedule } from '../../model/weekly-hours.js';

const MINUTE = 60_000;
const never = (): boolean => false;
const always = (): boolean => true;

/** Says of an event time whether trips are private then. A schedule is looked up once a minute, which is as fine as it is. */
export const privateTimes = (mode: PrivateMode | undefined): ((at: Instant) => boolean) => {
  if (mode === undefined) return never;
  if (mode === 'always') return always;
  let minute = -1;
  let hidden = false;
  return at => {
    const of = Math.floor(at / MINUTE);
    if (of !== minute) {
      minute = of;
      hidden = inSchedule(mode.schedule, at);
    }
    return hidden;
  };
};

import type { Moment } from '../src/model/moment.js';
import { isMoving } from '../src/streams/track/track-motion.js';
import type { TrackMemory } from '../src/streams/track/track-vehicle.js';
import { foldTrips, readingsOf } from '../tests/golden/fold-trips.js';
import { answersOf, type DriveEvent, readDrive, recordedTrips } from '../tests/harness/real-data.js';
import type { Section } from './section.js';
import { shareText } from './share.js';

const SOURCE = 'goal-delivery';

interface Label {
  vehicle: string;
  type: 'driving' | 'onfoot';
  start_ts: number;
  end_ts: number;
}

/** Readings within a label, and of them those where ours says that the vehicle moves. */
interface Seen {
  of: number;
  moving: number;
}

export const movingSection: Section = {
  name: 'moving',
  title: `Moving or not, on ${SOURCE}: positions every 5 s without any speed, against labels (on foot: the van is parked)`,
  run: async folder => {
    if (folder === undefined) return [];
    const seen: Record<Label['type'], Seen> = { driving: { of: 0, moving: 0 }, onfoot: { of: 0, moving: 0 } };
    let vans = 0;
    for (const trip of (await recordedTrips(folder)).filter(({ source }) => source === SOURCE)) {
      const { labels } = (await answersOf<{ labels: Label[] }>(folder, trip, 'labels')) ?? { labels: [] };
      const byVehicle = new Map<string, DriveEvent[]>();
      for await (const event of readDrive(folder, trip)) {
        const its = byVehicle.get(event.device) ?? [];
        its.push(event);
        byVehicle.set(event.device, its);
      }
      for (const [vehicle, events] of byVehicle) {
        vans += 1;
        const own = labels.filter(label => label.vehicle === vehicle);
        const each = ({ at }: Moment, { numbers }: TrackMemory): void => {
          const label = own.find(({ start_ts, end_ts }) => start_ts <= at && at <= end_ts);
          if (label === undefined) return;
          seen[label.type].of += 1;
          if (isMoving(numbers)) seen[label.type].moving += 1;
        };
        foldTrips(readingsOf(events), {}, { each });
      }
    }
    const { driving, onfoot } = seen;
    return [
      `${vans} chunks of six minutes`,
      `driving, and said to move:      ${shareText({ hits: driving.moving, of: driving.of })}`,
      `on foot, and said to stand:     ${shareText({ hits: onfoot.of - onfoot.moving, of: onfoot.of })}`,
    ];
  },
};

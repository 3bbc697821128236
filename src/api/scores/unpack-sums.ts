import type { AlertKind, Severity } from '../../model/alert.js';
import type { DriverId } from '../../model/ids.js';
import { DRIVEN_WIDTH, type DrivingSums, EVENT_WIDTH } from '../../ports/scores.js';
import type { Driving, EventSum } from '../../rollups/score.js';
import { type Driven, nothingDriven, type Shares } from '../../rollups/scorecard.js';

export function* drivenOf({ drivers, vehicles, driven }: DrivingSums): Iterable<Driven> {
  for (let i = 0; i < driven.length; i += DRIVEN_WIDTH) {
    yield {
      driver: drivers[driven[i]!]!,
      vehicle: vehicles[driven[i + 2]!]!,
      ...{
        distance: driven[i + 3]!,
        driving: driven[i + 4]!,
        idle: driven[i + 5]!,
        night: driven[i + 6]!,
        trips: driven[i + 7]!,
      },
      ...{ along: driven[i + 8]!, across: driven[i + 9]! },
    };
  }
}

export function* eventsOf(sums: DrivingSums): Iterable<EventSum & { driver: DriverId }> {
  for (let i = 0; i < sums.events.length; i += EVENT_WIDTH) yield { driver: sums.drivers[sums.events[i]!]!, ...eventAt(sums, i) };
}

const eventAt = ({ kinds, severities, events }: DrivingSums, at: number): EventSum => ({
  kind: kinds[events[at + 2]!] as AlertKind,
  severity: severities[events[at + 3]!] as Severity,
  count: events[at + 4]!,
  load: events[at + 5]!,
  loadSquares: events[at + 6]!,
});

interface BucketDriving {
  bucket: number;
  driven: Driving & { events: EventSum[] };
}

/**
 * What some drivers did in each bucket, oldest first.
 * @param measured what could be told of their driving in the whole period, which is taken for each part of it
 */
export const bucketsOfDriver = (
  sums: DrivingSums,
  measured: ReadonlyMap<DriverId, Shares>,
): ((driver: DriverId) => BucketDriving[]) => {
  const byPlace = sums.drivers.map(driver => (measured.has(driver) ? new Map<number, BucketDriving>() : undefined));
  const { driven, events } = sums;
  for (let i = 0; i < driven.length; i += DRIVEN_WIDTH) {
    const place = driven[i]!;
    const own = byPlace[place];
    if (own === undefined) continue;
    const bucket = driven[i + 1]!;
    let known = own.get(bucket);
    if (known === undefined) {
      known = { bucket, driven: { ...nothingDriven(), events: [], measured: measured.get(sums.drivers[place]!)! } };
      own.set(bucket, known);
    }
    known.driven.distance += driven[i + 3]!;
    known.driven.driving += driven[i + 4]!;
    known.driven.idle += driven[i + 5]!;
    known.driven.night += driven[i + 6]!;
    known.driven.trips += driven[i + 7]!;
  }
  for (let i = 0; i < events.length; i += EVENT_WIDTH) {
    byPlace[events[i]!]?.get(events[i + 1]!)?.driven.events.push(eventAt(sums, i));
  }
  const places = new Map(sums.drivers.map((driver, place) => [driver, place]));
  return driver => [...(byPlace[places.get(driver) ?? -1]?.values() ?? [])].sort((a, b) => a.bucket - b.bucket);
};

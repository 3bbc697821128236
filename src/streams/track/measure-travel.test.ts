// Proves: what is driven is counted once, by whichever source saw it, and what a receiver makes up is not counted.
import { describe, expect, test } from '@jest/globals';
import { type Stretch, trace } from '../../../tests/golden/hand-made-trace.js';
import type { Reading } from '../../model/reading.js';
import { signalIn } from '../../model/signal-columns.js';
import { measureTravel, travelByWheels, travelled } from './measure-travel.js';
import type { TrackNumbers } from './number-places.js';
import { newTrackNumbers } from './track-numbers.js';

const measure = (readings: readonly Reading[]): TrackNumbers => {
  const numbers = newTrackNumbers();
  const memory = { numbers, positionDevice: '' };
  for (const { at, fix, signals } of readings) {
    measureTravel(memory, at, fix, fix === undefined ? 'rejected' : 'accepted', signalIn(signals, 'vehicle_speed'), 3);
  }
  return numbers;
};
const both = ['gps', 'wheels'] as const;
const metres = (...stretches: Stretch[]): number => travelled(measure(trace(stretches)));

describe('travel', () => {
  test('by GPS and wheels together is counted once', () => {
    expect(metres({ for: 600, kmh: 54, sends: both }, { for: 60, sends: both })).toBeCloseTo(9_000, -2);
  });

  test('through a tunnel is counted by wheels, and the leg that ends it only for what it is longer', () => {
    const travel = measure(
      trace([
        { for: 60, kmh: 54, sends: both },
        { for: 120, kmh: 54, sends: ['wheels'] },
        { for: 60, kmh: 54, sends: both },
      ]),
    );
    expect(travelled(travel)).toBeCloseTo(3_585, -2);
    expect(travelByWheels(travel)).toBeGreaterThan(1_500);
  });

  test('without wheels is the straight line over an outage', () => {
    expect(
      metres({ for: 60, kmh: 54, sends: ['gps'] }, { for: 120, kmh: 54, silent: true }, { for: 60, kmh: 54, sends: ['gps'] }),
    ).toBeCloseTo(3_585, 0);
  });

  test('before the first position is counted by wheels', () => {
    expect(metres({ for: 120, kmh: 54, sends: ['wheels'] }, { for: 60, kmh: 54, sends: both })).toBeCloseTo(2_685, -1);
  });

  test('by wheels leaves out steps over 10 s', () => {
    expect(
      metres(
        { for: 10, kmh: 36, sends: ['wheels'] },
        { for: 60, kmh: 36, silent: true },
        { for: 11, kmh: 36, sends: ['wheels'] },
      ),
    ).toBeCloseTo(190, 6);
  });

  test.each<[string, Stretch['sends'], number | undefined]>([
    ['the wheels stand', both, undefined],
    ['the receiver says that it stands', ['gps'], undefined],
    ['the receiver tells up to 4 km/h', ['gps'], 4],
    ['nothing tells a speed', ['place'], undefined],
  ])('of a parked vehicle whose position wanders by 6 m is none when %s', (_when, sends, upTo) => {
    const readings = trace([{ for: 3_600, sends }]).map((reading, n) => ({
      ...reading,
      fix: {
        ...reading.fix!,
        lat: 48 + 0.00006 * Math.sin(n * 0.09),
        lon: 11 + 0.00008 * Math.cos(n * 0.037),
        speed: upTo === undefined ? reading.fix!.speed : n % (upTo + 1),
      },
    }));
    expect(travelled(measure(readings))).toBeLessThan(20);
  });
});

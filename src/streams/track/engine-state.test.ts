// Proves: whether the engine runs is told from what is known, and not told where nothing is.
import { describe, expect, test } from '@jest/globals';
import { emptyReading, type Reading } from '../../model/reading.js';
import { signalIn } from '../../model/signal-columns.js';
import { type EngineState, ranThrough, voteEngine } from './engine-state.js';
import { newTrackNumbers } from './track-numbers.js';

const START = Date.UTC(2026, 10, 22, 12);
type Sent = Partial<Pick<Reading, 'ignition' | 'externalVoltage'>> & Record<string, number | boolean | undefined>;

const readingOf = (at_s: number, { ignition, externalVoltage, gps: _gps, ...signals }: Sent): Reading => ({
  ...emptyReading(START + at_s * 1_000, 0, 'd', 0, 0),
  ignition,
  externalVoltage,
  signals: signals as Record<string, number>,
});

/** The state after each; `gps` is a speed by GPS. */
const states = (...sent: [at_s: number, sent: Sent][]): EngineState[] => {
  const memory = newTrackNumbers();
  return sent.map(([at, what]) => {
    const reading = readingOf(at, what);
    return voteEngine(memory, reading, signalIn(reading.signals, 'vehicle_speed'), what.gps as number | undefined);
  });
};

describe('the engine', () => {
  test.each<[string, [number, Sent][], EngineState]>([
    ['nothing is told', [[0, {}]], 'unknown'],
    ['it turns', [[0, { engine_rpm: 700 }]], 'on'],
    ['a starter turns it', [[0, { engine_rpm: 280 }]], 'unknown'],
    [
      'it runs down',
      [
        [0, { engine_rpm: 700 }],
        [1, { engine_rpm: 280 }],
      ],
      'on',
    ],
    [
      'its rpm were told 20 s ago',
      [
        [0, { engine_rpm: 700 }],
        [20, {}],
      ],
      'on',
    ],
    [
      'its rpm were told 40 s ago',
      [
        [0, { engine_rpm: 700 }],
        [40, {}],
      ],
      'unknown',
    ],
    ['the ignition is off', [[0, { ignition: false }]], 'off'],
    ['it turns with the ignition line off: the line is miswired', [[0, { ignition: false, engine_rpm: 800 }]], 'on'],
    [
      'the ignition was switched off and its rpm are not told since',
      [
        [0, { ignition: true, engine_rpm: 800 }],
        [1, { ignition: false }],
        [3, { ignition: false }],
      ],
      'off',
    ],
    [
      'the ignition line is noisy between two polls of the rpm',
      [
        [0, { ignition: true, engine_rpm: 800 }],
        [1, { ignition: false }],
      ],
      'on',
    ],
    [
      'the ignition line was never right, and the rpm are polled every 10 s',
      [
        [0, { ignition: false, engine_rpm: 800 }],
        [5, { ignition: false }],
      ],
      'on',
    ],
    ['the ignition is off and the wheels turn: a tow', [[0, { ignition: false, vehicle_speed: 40 }]], 'off'],
    [
      'the ignition was switched on half an hour ago',
      [
        [0, { ignition: true }],
        [1_800, {}],
      ],
      'on',
    ],
    ['stop-start: ignition on, rpm 0', [[0, { ignition: true, engine_rpm: 0 }]], 'standby'],
    ['stop-start without an ignition line: run time is told', [[0, { engine_rpm: 0, run_time: 600 }]], 'standby'],
    ['a hybrid drives with rpm 0', [[0, { engine_rpm: 0, vehicle_speed: 30 }]], 'on'],
    ['rpm 0 and nothing else, at first', [[0, { engine_rpm: 0, vehicle_speed: 0 }]], 'unknown'],
    [
      'rpm 0 and nothing else, for two minutes',
      Array.from({ length: 13 }, (_, n) => [n * 10, { engine_rpm: 0, vehicle_speed: 0 }]),
      'off',
    ],
    [
      'the run time counts',
      [
        [0, { run_time: 10 }],
        [10, { run_time: 20 }],
      ],
      'on',
    ],
    [
      'the alternator charges for 10 s',
      [
        [0, { externalVoltage: 14 }],
        [10, { externalVoltage: 14 }],
      ],
      'on',
    ],
    [
      'the voltage peaks once',
      [
        [0, { externalVoltage: 14 }],
        [5, { externalVoltage: 12.5 }],
        [10, { externalVoltage: 14 }],
      ],
      'unknown',
    ],
    [
      'a 24 V battery rests',
      [
        [0, { externalVoltage: 25.4 }],
        [20, { externalVoltage: 25.4 }],
      ],
      'unknown',
    ],
    [
      'a 24 V alternator charges',
      [
        [0, { externalVoltage: 28 }],
        [20, { externalVoltage: 28 }],
      ],
      'on',
    ],
    ['it is driven, by GPS alone', [[0, { gps: 50 }]], 'on'],
    [
      'it stands, by GPS alone',
      [
        [0, { gps: 50 }],
        [1, { gps: 0 }],
      ],
      'unknown',
    ],
    ['rpm 16383.75: not available', [[0, { engine_rpm: 16_383.75 }]], 'unknown'],
  ])('%s', (_what, sent, state) => {
    expect(states(...sent).at(-1)).toBe(state);
  });

  test('ran through a silence when its run time went on as the clock did', () => {
    const memory = newTrackNumbers();
    voteEngine(memory, readingOf(0, { run_time: 100 }), undefined, undefined);
    expect(ranThrough(memory, readingOf(1_200, { run_time: 1_301 }))).toBe(true);
    expect(ranThrough(memory, readingOf(1_200, { run_time: 40 }))).toBe(false);
    expect(ranThrough(memory, readingOf(1_200, {}))).toBe(false);
  });
});

// Proves: the newest value of every signal is kept, whatever a device tells; one that makes up ever new names takes no more than its share, and pushes out
// nothing that somebody judges by.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { noNewestSignals, noteSignals, readNewestSignals } from './newest-signals.js';
import { emptyReading, type Signals } from './reading.js';
import { KNOWN_SIGNALS } from './told-signals.js';

const reading = (at: number, signals: Signals, beside: { externalVoltage?: number; odometer?: number } = {}) => ({
  ...emptyReading(at, 0, 'd', 0, 0),
  signals,
  ...beside,
});

const asRecord = ({ signalNames, signals }: ReturnType<typeof noNewestSignals>) =>
  Object.fromEntries(signalNames.map((name, i) => [name, [signals[2 * i], signals[2 * i + 1]]]));

test('each signal has the value and time it was told last, in whatever order and through JSON', () => {
  const names = [...KNOWN_SIGNALS.slice(0, 6), 'ours', 'theirs'];
  const signals = fc.dictionary(fc.constantFrom(...names), fc.double({ noNaN: true, noDefaultInfinity: true }));
  fc.assert(
    fc.property(fc.array(fc.record({ signals, volts: fc.option(fc.constant(13.5), { nil: undefined }) })), told => {
      let memory = noNewestSignals();
      const expected: Record<string, [number, number]> = {};
      told.forEach(({ signals, volts }, i) => {
        noteSignals(memory, reading(1_000 + i, signals, { externalVoltage: volts }));
        for (const [name, value] of Object.entries(signals)) expected[name] = [value + 0, 1_000 + i];
        if (volts !== undefined) Object.assign(expected, { external_voltage: [volts, 1_000 + i] });
        memory = readNewestSignals(JSON.parse(JSON.stringify(memory)) as typeof memory);
      });
      expect(asRecord(memory)).toEqual(expected);
    }),
  );
});

test('an odometer beside the signals counts where the signals tell none', () => {
  const memory = noNewestSignals();
  noteSignals(memory, reading(1_000, {}, { odometer: 10 }));
  expect(asRecord(memory)).toEqual({ odometer: [10, 1_000] });
  noteSignals(memory, reading(2_000, { odometer: 20 }, { odometer: 11 }));
  expect(asRecord(memory)).toEqual({ odometer: [20, 2_000] });
});

test('names that nobody knows are 128 at the most; what is known is taken after them too', () => {
  const memory = noNewestSignals();
  for (let i = 0; i < 500; i++) noteSignals(memory, reading(1_000 + i, { [`made_up_${i}`]: i }));
  expect(memory.signalNames).toHaveLength(128);
  const all = Object.fromEntries(KNOWN_SIGNALS.map((name, i) => [name, i]));
  noteSignals(memory, reading(2_000, all, { externalVoltage: 12 }));
  expect(memory.signalNames).toHaveLength(128 + KNOWN_SIGNALS.length + 1);
  expect(asRecord(memory)).toMatchObject({ device_unplugged: [41, 2_000], external_voltage: [12, 2_000] });
});

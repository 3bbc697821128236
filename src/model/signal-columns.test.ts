// Proves: signals put together one after the other are what a record of them would be, with its values, its order and what was told twice, whatever was
// put together before; and to whoever asks, by name, by place or for all of them, columns and their record say the same.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Signals } from './reading.js';
import { ColumnsInTheMaking, recordOf, signalIn } from './signal-columns.js';
import { KNOWN_SIGNALS, toldBy } from './told-signals.js';

const names = [...KNOWN_SIGNALS.slice(0, 30), 'of_its_own', 'another', 'constructor'];
const told = fc.array(fc.tuple(fc.constantFrom(...names), fc.oneof(fc.double({ noNaN: true }), fc.constant(-0))), {
  maxLength: 90,
});

const columns = new ColumnsInTheMaking();

const put = (signals: readonly (readonly [string, number])[]) => {
  columns.begin();
  for (const [name, value] of signals) columns.add(name, value);
  return columns.done();
};

test('as a record', () => {
  fc.assert(
    fc.property(fc.array(told, { minLength: 1, maxLength: 4 }), readings => {
      const all = readings.map(signals => ({ made: put(signals), record: Object.fromEntries(signals) as Signals }));
      for (const { made, record } of all) {
        expect(recordOf(made)).toStrictEqual(record);
        expect(Object.keys(recordOf(made))).toEqual(Object.keys(record));
        for (const name of names) expect(signalIn(made, name)).toBe(Object.hasOwn(record, name) ? record[name] : undefined);
        const { count, names: tellsNames, values, places, known } = toldBy(made);
        const ofColumns = [tellsNames.slice(0, count), [...values.slice(0, count)], [...places.slice(0, count)], [...known]];
        const again = toldBy(record);
        expect(ofColumns).toEqual([
          again.names.slice(0, again.count),
          [...again.values.slice(0, again.count)],
          [...again.places.slice(0, again.count)],
          [...again.known],
        ]);
      }
    }),
    { numRuns: 500 },
  );
});

test('more sequences than are remembered', () => {
  const first = put([['a0', 1]]);
  for (let i = 0; i < 3_000; i++) {
    const sent = [
      [`a${i}`, i],
      [`b${i % 7}`, 2],
    ] as const;
    expect(recordOf(put(sent))).toEqual(Object.fromEntries(sent));
  }
  expect(recordOf(first)).toEqual({ a0: 1 });
});

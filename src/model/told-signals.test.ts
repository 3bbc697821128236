// Proves: a reading's signals are all there, in its order, whoever was asked about before; and what it does not tell is not what another told.
import fc from 'fast-check';
import { KNOWN_SIGNALS, placeOfSignal, toldBy } from './told-signals.js';

const name = fc.oneof(fc.constantFrom(...KNOWN_SIGNALS), fc.string({ minLength: 1, maxLength: 8 }));
const signals = fc.dictionary(name, fc.double({ noNaN: true }), { maxKeys: 300 });

test('whatever was told before', () => {
  fc.assert(
    fc.property(fc.array(signals, { minLength: 1, maxLength: 4 }), readings => {
      for (const reading of readings) {
        const { count, names, values, places, known } = toldBy(reading);
        expect(Object.fromEntries(names.slice(0, count).map((each, i) => [each, values[i]]))).toEqual({ ...reading });
        expect(names.slice(0, count)).toEqual(Object.keys(reading));
        for (let i = 0; i < count; i++) expect(places[i]).toBe((KNOWN_SIGNALS as readonly string[]).indexOf(names[i]!));
        for (const each of KNOWN_SIGNALS) expect(known[placeOfSignal(each)]).toBe(reading[each] ?? Number.NaN);
      }
    }),
  );
});

test('asked again, it is what it was', () => {
  const reading = { engine_rpm: 800, of_its_own: 3 };
  expect(toldBy(reading).known[placeOfSignal('engine_rpm')]).toBe(800);
  toldBy({ vehicle_speed: 30 });
  expect(toldBy(reading).count).toBe(2);
  expect(toldBy(reading).known[placeOfSignal('vehicle_speed')]).toBeNaN();
});

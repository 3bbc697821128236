import fc from 'fast-check';
import { internedNames, withName } from './interned-names.js';

// Proves: a list that grows name by name is, at each step, the one list that stands for its names, wherever the names were put and however often
// all lists were forgotten meanwhile; and no list changes once it was handed out.
const anyName = fc.oneof(fc.constantFrom('engine_rpm', 'vehicle_speed', 'a', 'b', 'c'), fc.string({ minLength: 1 }));

test('a list that grows is what a list of the same names is', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyName, fc.nat()), { maxLength: 12 }), steps => {
      let names = internedNames([]);
      let expected: string[] = [];
      for (const [name, at] of steps) {
        if (expected.includes(name)) continue;
        const place = at % (expected.length + 1);
        const before = names;
        const wasBefore = [...names];
        names = withName(names, name, place);
        expected = [...expected.slice(0, place), name, ...expected.slice(place)];
        expect(names).toEqual(expected);
        expect(before).toEqual(wasBefore);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('vehicles that tell the same names have the same list', () => {
  const first = withName(withName(internedNames([]), 'one'), 'two');
  expect(withName(withName(internedNames([]), 'one'), 'two')).toBe(first);
  expect(withName(internedNames(['two']), 'one', 0)).toBe(internedNames(['one', 'two']));
});

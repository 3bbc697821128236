// Proves: an array is cut where its elements end, whatever stands in them, and nothing else is taken for one.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonArray, jsonElements } from './json-elements.js';

const parsed = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString());

test('elements of any array, with and without white space', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 2), (values, indent) => {
      const elements = jsonElements(Buffer.from(` ${JSON.stringify(values, undefined, indent)}`))!;
      expect(elements.map(parsed)).toEqual(JSON.parse(JSON.stringify(values)));
      expect(parsed(jsonArray(elements))).toEqual(JSON.parse(JSON.stringify(values)));
    }),
  );
});

test('what is no array is one element; what does not end is none', () => {
  expect(jsonElements(Buffer.from('{"a":[1,2]}'))).toHaveLength(1);
  for (const text of ['[{"a":1}', '["a', '["a\\', '[[1]']) expect(jsonElements(Buffer.from(text))).toBeUndefined();
});

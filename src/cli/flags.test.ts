// Proves: flags are read as declared; a value that begins with a hyphen, as one id of 64 does, is a value; a flag without its value, or one that nobody
// knows, is refused in one line.
import { expect, test } from '@jest/globals';
import { readFlags, UsageError } from './flags.js';

const options = {
  trip: { type: 'string' },
  output: { type: 'string', short: 'o' },
  private: { type: 'boolean' },
} as const;
const read = (...args: string[]) => ({ ...readFlags(args, options).values });

test('values, also those that begin with a hyphen', () => {
  expect(read('--trip', 'abc', '-o', 'f.zip', '--private')).toEqual({ trip: 'abc', output: 'f.zip', private: true });
  expect(read('--trip', '-Rh8QprqGiA4wUquxe8mBS', '-o', 'f.zip')).toEqual({ trip: '-Rh8QprqGiA4wUquxe8mBS', output: 'f.zip' });
  expect(read('--trip=-Rh8')).toEqual({ trip: '-Rh8' });
});

test.each([
  [['--trip', '--private'], /--trip/],
  [['--trip', '-o', 'f.zip'], /--trip/],
  [['--trip'], /--trip/],
  [['--private', '-x'], /-x/],
  [['--other', 'x'], /--other/],
])('%j is refused', (args, says) => {
  expect(() => read(...args)).toThrow(UsageError);
  expect(() => read(...args)).toThrow(says);
});

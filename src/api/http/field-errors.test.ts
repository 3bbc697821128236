// Proves: what a schema refuses is said by a code too, with what stands in it, so that a page in another language can say it; also of patterns and of
// checks of our own.
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { zone } from '../wire/schedule.js';
import { fieldErrors } from './field-errors.js';
import { id } from './fields.js';

const schema = z.strictObject({
  name: z.string().min(1).max(3),
  limit: z.number().int().min(3).max(9),
  factor: z.number().positive(),
  groups: z.array(z.string()).max(1),
  role: z.enum(['admin', 'viewer']),
  mail: z.email(),
  id,
  zone,
});
const good = { name: 'a', limit: 5, factor: 1, groups: [], role: 'admin', mail: 'a@example.com', id: 'v-1', zone: 'UTC' };

test.each([
  ['name', undefined, { code: 'missing' }],
  ['role', undefined, { code: 'missing' }],
  ['name', null, { code: 'wrong_type', expected: 'string' }],
  ['limit', 4.5, { code: 'wrong_type', expected: 'int' }],
  ['name', '', { code: 'too_short', least: 1 }],
  ['name', 'abcd', { code: 'too_long', most: 3 }],
  ['limit', 2, { code: 'too_low', least: 3, beyond: false }],
  ['factor', 0, { code: 'too_low', least: 0, beyond: true }],
  ['limit', 10, { code: 'too_high', most: 9, beyond: false }],
  ['groups', ['a', 'b'], { code: 'too_many', most: 1 }],
  ['role', 'king', { code: 'not_one_of', values: 'admin, viewer' }],
  ['mail', 'nobody', { code: 'wrong_form', form: 'email' }],
  ['id', 'ü', { code: 'wrong_form', form: 'id' }],
  ['zone', 'Mars/Base', { code: 'wrong_form', form: 'zone' }],
  ['colour', 'red', { code: 'not_known' }],
])('%s: %j', (field, value, said) => {
  const { error } = schema.safeParse({ ...good, [field]: value }, { reportInput: true });
  expect(fieldErrors(error!, '')).toEqual([{ field, message: expect.any(String), said: [said] }]);
});

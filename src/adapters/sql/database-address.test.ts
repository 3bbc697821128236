// Proves: an address of a database that cannot be read is refused without any of it that may be a password, whatever is wrong with it; and one that
// can be read comes apart as it was meant.
import { expect, test } from '@jest/globals';
import { parseDatabaseUrl } from './database-address.js';
import { DatabaseAddressError } from './errors.js';

test.each([
  'mysql://fleet:hunter2/rest@db:3306/telltale',
  'mysql://fleet:40961/hunter2@db/telltale',
  'mysql://fleet:hunter2%zz@db/x',
  'mysql://fleet:hunter2@db:port/telltale',
  'mariadbs://fleet:hunter2@db/telltale',
  'mysql://fleet:hunter2@db',
  'hunter2',
])('%s: refused, and nothing of it said', url => {
  let failure: unknown;
  try {
    parseDatabaseUrl(url);
  } catch (error) {
    failure = error;
  }
  expect(failure).toBeInstanceOf(DatabaseAddressError);
  const { message, context, cause } = failure as DatabaseAddressError;
  expect(cause).toBeUndefined();
  expect(`${message} ${JSON.stringify(context)}`).toContain('database URL');
  for (const part of ['hunter2', '40961']) expect(`${message} ${JSON.stringify(context)}`).not.toContain(part);
});

test('what is percent-encoded comes out as it was', () => {
  expect(parseDatabaseUrl('mariadb://fleet:p%40ss%2Fw0rd%3A@[::1]:3307/tell%20tale?tls=true')).toEqual({
    host: '::1',
    port: 3307,
    user: 'fleet',
    password: 'p@ss/w0rd:',
    database: 'tell tale',
    tls: true,
  });
});

// Proves: no way to write an address of this machine or its networks passes for a public one, and public ones pass.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isInnerAddress } from './inner-addresses.js';

test.each([
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:0:1::',
  '2001:db8::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  'localhost',
  '',
  '2130706433',
])('%s is inner', address => expect(isInnerAddress(address)).toBe(true));

test.each([
  '8.8.8.8',
  '1.1.1.1',
  '172.15.255.255',
  '172.32.0.1',
  '100.128.0.1',
  '93.184.216.34',
  '2606:4700::1111',
  '2a00:1450::1',
])('%s is not', address => expect(isInnerAddress(address)).toBe(false));

test('an IPv4 address written as IPv6 is never public', () => {
  fc.assert(fc.property(fc.ipV4(), address => expect(isInnerAddress(`::ffff:${address}`)).toBe(true)));
});

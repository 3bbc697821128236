import { expect, test } from '@jest/globals';
import { readBrokerUrl } from './broker-url.js';

// Proves: what is left out has its default, what is encoded is decoded, and the address that is shown holds no password.
test('an URL of a broker', () => {
  expect(readBrokerUrl('mqtt://localhost')).toMatchObject({ host: 'localhost', port: 1883, tls: false, user: undefined });
  expect(readBrokerUrl('mqtts://fleet:p%40ss@broker.example:9000')).toEqual({
    host: 'broker.example',
    port: 9000,
    tls: true,
    user: 'fleet',
    password: 'p@ss',
    address: 'mqtts://broker.example:9000',
  });
  expect(readBrokerUrl('ssl://[::1]')).toMatchObject({ host: '::1', port: 8883, tls: true });
});

// Proves: anything else is refused without repeating what may hold a password.
test.each(['http://u:secret@host', 'nonsense secret', 'mqtt://'])('%j is none', text => {
  expect(() => readBrokerUrl(text)).toThrow(/mqtt:\/\/ or mqtts:\/\//);
  expect(() => readBrokerUrl(text)).not.toThrow(/secret/);
});

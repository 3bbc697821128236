// Proves: what was found of a topic is told only to the same connection under the same registry, and topics without end do not fill the memory.
import { expect, test } from '@jest/globals';
import { KnownSpeakers } from './known-speakers.js';

const speaker = (topic: string, version = 1) => ({ connected: 'd', topic, format: 'f', device: 'd', vehicle: 'v', version });

test('only while the registry stays as it was, and for who asked', () => {
  const known = new KnownSpeakers(() => {});
  known.note(speaker('t'));
  expect(known.find('t', 'd', 1)).toMatchObject({ vehicle: 'v' });
  expect(known.find('t', 'd', 2)).toBeUndefined();
  expect(known.find('t', 'e', 1)).toBeUndefined();
  expect(known.find('t', undefined, 1)).toBeUndefined();
  expect(known.find('u', 'd', 1)).toBeUndefined();
});

test('too many are forgotten together, and that is told', () => {
  let forgot = 0;
  const known = new KnownSpeakers(() => forgot++, 3);
  for (const topic of ['a', 'b', 'c', 'c']) known.note(speaker(topic));
  expect(forgot).toBe(0);
  known.note(speaker('d'));
  expect(forgot).toBe(1);
  expect(known.find('a', 'd', 1)).toBeUndefined();
  expect(known.find('d', 'd', 1)).toBeDefined();
});

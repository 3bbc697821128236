// Proves: what was found of a topic is told only to the same connection under the same registry, and topics without end do not fill the memory.
import { expect, test } from '@jest/globals';
import type { Talker } from '../ports/listener.js';
import { KnownSpeakers } from './known-speakers.js';

const owner = { device: 'd', vehicle: 'v' };
const said = (topic: string, device: string | undefined = 'd') => ({ topic, device });

test('only while the registry stays as it was, and for who asked', () => {
  const known = new KnownSpeakers(() => {});
  known.note(said('t'), 'f', owner, 1);
  expect(known.find(said('t'), 1)?.origin).toMatchObject({ key: 'v', device: 'd', format: 'f', topic: 't' });
  expect(known.find(said('t'), 2)).toBeUndefined();
  expect(known.find(said('t', 'e'), 1)).toBeUndefined();
  expect(known.find({ topic: 't', device: undefined }, 1)).toBeUndefined();
  expect(known.find(said('u'), 1)).toBeUndefined();
});

test('too many are forgotten together, and that is told', () => {
  let forgot = 0;
  const known = new KnownSpeakers(() => forgot++, 3);
  for (const topic of ['a', 'b', 'c', 'c']) known.note(said(topic), 'f', owner, 1);
  expect(forgot).toBe(0);
  known.note(said('d'), 'f', owner, 1);
  expect(forgot).toBe(1);
  expect(known.find(said('a'), 1)).toBeUndefined();
  expect(known.find(said('d'), 1)).toBeDefined();
});

// Proves: of a talker that the listener knows again it is kept with that one, and held to the registry just the same.
test('a talker keeps what was found of it', () => {
  const known = new KnownSpeakers(() => {}, 1);
  const talkers: Talker[] = ['a', 'b'].map(topic => ({ device: 'd', topic, speaker: undefined }));
  for (const talker of talkers) known.note({ ...talker, talker }, 'f', owner, 1);
  for (const talker of talkers) expect(known.find({ ...talker, talker }, 1)?.origin.topic).toBe(talker.topic);
  expect(known.find({ ...talkers[0]!, talker: talkers[0]! }, 2)).toBeUndefined();
  expect(known.find(said('a'), 1)).toBeUndefined();
});

// Proves: records go on with the same texts where the registry changed for somebody else, and never with those of another vehicle, device or format.
test('the same texts while they are the same', () => {
  const known = new KnownSpeakers(() => {});
  const first = known.note(said('t'), 'f', owner, 1);
  expect(known.note(said('t'), 'f', owner, 2)).toBe(first);
  expect(known.find(said('t'), 2)?.origin).toBe(first);
  expect(known.note(said('t'), 'f', { ...owner, vehicle: 'w' }, 3)).toMatchObject({ key: 'w', device: 'd', format: 'f' });
  expect(known.note(said('t'), 'f', { device: 'e', vehicle: 'w' }, 4)).toMatchObject({ key: 'w', device: 'e', format: 'f' });
  expect(known.note(said('t'), 'g', { device: 'e', vehicle: 'w' }, 5)).toMatchObject({ key: 'w', device: 'e', format: 'g' });
});

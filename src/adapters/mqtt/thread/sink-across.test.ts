import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HeldSink } from '../../../../tests/mqtt/held-sink.js';
import { until } from '../../../../tests/mqtt/until.js';
import type { ArrivedMessage, Talker } from '../../../ports/listener.js';
import { gatedSink } from '../broker-gate.js';
import { BatchesIn } from './batches-in.js';
import { MessagePacker, MessageUnpacker } from './message-batch.js';
import { SinkAcross } from './sink-across.js';
import type { FromBroker } from './thread-messages.js';

const anyMessage: fc.Arbitrary<ArrivedMessage> = fc.record({
  device: fc.string({ unit: 'grapheme', maxLength: 12 }),
  topic: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  payload: fc.uint8Array({ maxLength: 300 }),
  qos: fc.constantFrom(0, 1, 2),
  dup: fc.boolean(),
  stored: fc.constant(false),
  received: fc.integer({ min: 1_760_000_000_000, max: 1_760_000_060_000 }),
});

const plain = (message: ArrivedMessage) => ({ ...message, payload: [...message.payload] });

// Proves: what is packed is what comes out, whatever stands in it and whoever spoke before, also where talkers are forgotten after some.
test.each([undefined, { most: 1, textBytes: 1e6 }, { most: 20, textBytes: 1e6 }, { most: 1e6, textBytes: 200 }])(
  'a batch carries every message as it was, with bounds %j',
  bound => {
    const packer = new MessagePacker(bound);
    let talkers: Talker[] = [];
    fc.assert(
      fc.property(fc.array(anyMessage, { minLength: 1, maxLength: 30 }), fc.nat(1e9), (messages, first) => {
        for (const message of messages) packer.add(message);
        const batch = new MessageUnpacker(packer.pack(first), talkers);
        talkers = batch.talkers;
        const found: ArrivedMessage[] = [];
        while (!batch.done) {
          expect(batch.number).toBe(first + found.length);
          const { talker, ...message } = batch.next();
          expect(talker).toMatchObject({ device: message.device, topic: message.topic });
          found.push(message);
        }
        expect(found.map(plain)).toEqual(messages.map(plain));
        expect(packer.size).toBe(0);
        if (bound) expect(talkers.length).toBeLessThan(bound.most + messages.length);
      }),
    );
  },
);

// Proves: who talked before is told by a number, so that the texts cross once; and a batch that waits is not disturbed by one after which all were forgotten.
test('talkers cross once, and a batch keeps those it was packed with', () => {
  const packer = new MessagePacker({ most: 3, textBytes: 1e6 });
  const said = (topic: string): ArrivedMessage => ({ ...message('x'), topic });
  const batchOf = (talkers: Talker[], ...topics: string[]) => {
    for (const topic of topics) packer.add(said(topic));
    const memory = packer.pack(0);
    return { memory, batch: new MessageUnpacker(memory, talkers) };
  };
  const first = batchOf([], 'topic one', 'topic two');
  const again = batchOf(first.batch.talkers, 'topic two', 'topic one');
  expect(again.memory.byteLength).toBeLessThan(first.memory.byteLength - 20);
  const third = batchOf(again.batch.talkers, 'topic one', 'topic three');
  const afterwards = batchOf(third.batch.talkers, 'topic four', 'topic one');
  expect(afterwards.batch.talkers.map(({ topic }) => topic)).toEqual(['topic four', 'topic one']);
  let forgot = 0;
  const incoming = new BatchesIn(
    new HeldSink(),
    () => {},
    () => forgot++,
  );
  const forgotten = [first, again, third, afterwards].map(({ memory }) => {
    incoming.take(memory);
    return forgot;
  });
  expect(forgotten).toEqual([0, 0, 0, 1]);
  const found = [first, again, third, afterwards].flatMap(({ batch }) => [batch.next().topic, batch.next().topic]);
  expect(found).toEqual(['one', 'two', 'two', 'one', 'one', 'three', 'four', 'one'].map(name => `topic ${name}`));
  expect(third.batch.talkers[0]).toBe(first.batch.talkers[0]);
});

// Proves: two devices that speak on one topic in turn are told apart, whatever was remembered of it.
test('the same topic of another device is another talker', () => {
  const packer = new MessagePacker();
  for (const device of ['a', 'b', 'a', 'a']) packer.add({ ...message('x'), device });
  const batch = new MessageUnpacker(packer.pack(0), []);
  expect([batch.next(), batch.next(), batch.next(), batch.next()].map(({ device }) => device)).toEqual(['a', 'b', 'a', 'a']);
});

const message = (text: string): ArrivedMessage => ({
  device: 'a',
  topic: 'telltale/v1/a/events',
  payload: Buffer.from(text),
  qos: 1,
  dup: false,
  stored: false,
  received: 1_760_000_000_000,
});

/** Both ends, joined by copies as a channel makes them. */
const joined = (limits: { messages: number; bytes: number }, mayPublish: (topic: string) => boolean = () => true) => {
  const held = new HeldSink();
  let batches = 0;
  const say = (said: FromBroker): void => {
    if (said.type !== 'messages') return;
    batches += 1;
    incoming.take(said.batch);
  };
  const across = new SinkAcross({ postMessage: say }, limits);
  const incoming = new BatchesIn(gatedSink({ mayPublish: (_, topic) => mayPublish(topic) }, held), runs => across.answered(runs));
  return { held, across, incoming, batches: () => batches };
};

// Proves: what comes in one turn crosses in one batch, and each message hears its own answer, in whatever order they are given.
test('one batch a turn, an answer each', async () => {
  const { held, across, batches } = joined({ messages: 64, bytes: 1e6 });
  const heard: string[] = [];
  for (let n = 0; n < 10; n++) across.take(message(`${n}`), error => heard.push(`${n}${error ? ' not' : ''}`));
  await until('ten', () => held.taken.length === 10);
  expect(batches()).toBe(1);
  held.answer(9);
  held.answer(3, new Error('no'));
  while (held.waiting.length > 0) held.answer();
  await until('answers', () => heard.length === 10);
  expect(heard).toEqual(['9', '3 not', '0', '1', '2', '4', '5', '6', '7', '8']);
});

// Proves: whoever may not speak there is told so, and the sink never sees it.
test('what is not allowed is not taken', async () => {
  const { held, across } = joined({ messages: 64, bytes: 1e6 }, topic => topic !== 'secret');
  const heard: unknown[] = [];
  across.take({ ...message('x'), topic: 'secret' }, error => heard.push(error));
  await until('an answer', () => heard.length === 1);
  expect(heard[0]).toMatchObject({ code: 'PUBLISH_NOT_ALLOWED' });
  expect(held.taken).toEqual([]);
});

// Proves: on its way are no more than the bound, by number and by bytes, and reading goes on when answers have made room.
test.each([
  ['messages', { messages: 8, bytes: 1e6 }, 8],
  ['bytes', { messages: 64, bytes: 40 }, 4],
])('is full by %s', async (_, limits, room) => {
  const { held, across } = joined(limits);
  let resumed = 0;
  across.onDrained(() => resumed++);
  let taken = 0;
  for (let round = 0; round < 3; round++) {
    while (!across.full) across.take(message('0123456789'), () => taken++);
    await until('all of them', () => held.taken.length === room * (round + 1));
    expect(resumed).toBe(round);
    while (held.waiting.length > 0) held.answer();
    await until('answers', () => taken === held.taken.length);
  }
  expect(taken).toBe(3 * room);
});

// Proves: of more than it can do with soon the sink gets no more than the bound, by number and by bytes, in order, and the rest when it has answered.
test.each([
  [20_000, 4, 8_192],
  [200, 100_000, 42],
])('of %i messages of %i bytes the sink has %i', async (many, bytes, most) => {
  const { held, across } = joined({ messages: 32_768, bytes: 1e9 });
  let heard = 0;
  const each = Buffer.alloc(bytes);
  for (let n = 0; n < many; n++) {
    const payload = Buffer.from(each);
    payload.writeInt32LE(n);
    across.take({ ...message(''), payload }, () => heard++);
  }
  await until('the first', () => held.taken.length > 0);
  for (let answered = 0; answered < many; ) {
    const has = held.taken.length - answered;
    expect(has).toBe(Math.min(most, many - answered));
    answered += has;
    for (const done of held.waiting.splice(0)) done();
    await until('their answers', () => heard === answered);
  }
  expect(held.taken.map(({ payload }) => Buffer.from(payload).readInt32LE())).toEqual(Array.from({ length: many }, (_, n) => n));
});

// Proves: while the sink is full batches wait, in order, and go on from the message where they were left off.
test('a full sink holds a batch in the middle', async () => {
  const { held, across } = joined({ messages: 64, bytes: 1e6 });
  const take = held.take.bind(held);
  held.take = (each, done) => {
    take(each, done);
    held.full = held.taken.length % 3 === 0;
  };
  for (let n = 0; n < 8; n++) across.take(message(`${n}`), () => {});
  await until('three', () => held.taken.length === 3);
  held.drain();
  expect(held.texts()).toHaveLength(6);
  held.drain();
  expect(held.texts()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
});

// Proves: after the broker is gone nothing of what was waiting is taken: it was never acknowledged and comes again.
test('a batch of a broker that is gone is forgotten', async () => {
  const { held, across, incoming } = joined({ messages: 64, bytes: 1e6 });
  held.full = true;
  across.take(message('x'), () => {});
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)));
  incoming.close();
  held.drain();
  expect(held.taken).toEqual([]);
});

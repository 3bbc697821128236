import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { generate, type IPublishPacket } from 'mqtt-packet';
import { FrameReader } from './frame-reader.js';
import { decodePacket, encodeAck, encodePacket, PUBACK, PUBCOMP, PUBREC, PUBREL } from './packet-codec.js';
import { type PublishFrame, readPublish } from './publish-frame.js';

const byHand = (bytes: Buffer, version: 4 | 5, last?: string): PublishFrame | undefined => {
  try {
    const reader = new FrameReader(1_000_000);
    reader.push(bytes);
    return reader.next() ? readPublish(reader, version, last) : undefined;
  } catch {
    return undefined;
  }
};

/** mqtt-packet's answer in our words; undefined also where it lets pass what MQTT forbids. */
const byLibrary = (bytes: Buffer, version: 4 | 5): PublishFrame | undefined => {
  try {
    const { topic, messageId = 0, payload, qos, dup, retain, properties } = decodePacket(bytes, version) as IPublishPacket;
    const forbidden = topic === '' || /[+#\0]/.test(topic) || (qos > 0 && messageId < 1) || properties?.topicAlias !== undefined;
    return forbidden ? undefined : { topic, id: qos > 0 ? messageId : 0, payload: payload as Buffer, qos, dup, retain };
  } catch {
    return undefined;
  }
};

const version = fc.constantFrom<4 | 5>(4, 5);
const packet = fc
  .record({
    topic: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    payload: fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)),
    qos: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
    messageId: fc.integer({ min: 1, max: 0xffff }),
    dup: fc.boolean(),
    retain: fc.boolean(),
    properties: fc.option(
      fc.record(
        { contentType: fc.string({ minLength: 1 }), messageExpiryInterval: fc.nat(), topicAlias: fc.integer({ min: 1, max: 9 }) },
        { requiredKeys: [] },
      ),
      { nil: undefined },
    ),
  })
  .map((fields): IPublishPacket => ({ cmd: 'publish', ...fields }));

describe('a PUBLISH read by hand', () => {
  // Proves: the fast path reads what mqtt-packet reads, for every packet that it can write.
  test('is what mqtt-packet reads', () => {
    fc.assert(
      fc.property(packet, version, (sent, v) => {
        const bytes = generate(sent, { protocolVersion: v });
        const read = byHand(bytes, v);
        expect(read).toEqual(byLibrary(bytes, v));
        if (read !== undefined) expect(read).toMatchObject({ topic: sent.topic, payload: sent.payload, qos: sent.qos });
      }),
      { numRuns: 2_000 },
    );
  });

  // Proves: a topic that came before changes nothing but the work: it is taken for the same only where its bytes are.
  test('is the same whatever the topic before was', () => {
    const some = fc.uint8Array({ minLength: 1, maxLength: 3 }).map(bytes => Buffer.from(bytes));
    const topic = fc.oneof(
      some,
      fc.constantFrom('a', 'é', '\u00c3', '#', 'a+', 't/1', 't/2').map(text => Buffer.from(text)),
    );
    fc.assert(
      fc.property(topic, topic, (before, now) => {
        const bytes = (name: Buffer) =>
          Buffer.concat([Buffer.from([0x30, name.length + 3, 0, name.length]), name, Buffer.from('x')]);
        const last = before.toString('utf8');
        expect(byHand(bytes(now), 4, last.match(/[+#\0]/) ? '' : last)).toEqual(byHand(bytes(now), 4));
      }),
      // The number of that letter, which is not how UTF-8 writes it.
      { numRuns: 1_000, examples: [[Buffer.from('é'), Buffer.from([0xe9])]] },
    );
  });

  // Proves: broken bytes are refused or read the same way by both; the fast path never lets pass what the library refuses.
  test('agrees on broken packets', () => {
    const damage = fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(packet, version, damage, (sent, v, places) => {
        const bytes = Buffer.from(generate(sent, { protocolVersion: v }));
        // Type and length stay: they are the frame reader's business.
        const header = bytes.findIndex((byte, at) => at > 0 && byte < 0x80) + 1;
        bytes[0] = 0x30 | (places[0]![1] & 0x0f);
        for (const [at, value] of places) if (header + at < bytes.length) bytes[header + at] = value;
        const read = byHand(bytes, v);
        if (read !== undefined) expect(read).toEqual(byLibrary(bytes, v));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('an acknowledgement written by hand', () => {
  // Proves: byte for byte what mqtt-packet writes.
  test.each([
    ['puback', PUBACK],
    ['pubrec', PUBREC],
    ['pubrel', PUBREL],
    ['pubcomp', PUBCOMP],
  ] as const)('%s', (cmd, header) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffff }), fc.constantFrom(0, 0x87, 0x92), version, (messageId, reasonCode, v) => {
        expect(encodeAck(header, messageId, reasonCode, v)).toEqual(encodePacket({ cmd, messageId, reasonCode }, v));
      }),
    );
  });
});

// Proves: every format keeps its samples, and no bytes whatever make one of them throw, hang or say a number that is none.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DeviceSample, differences } from '../../tests/harness/expected-events.js';
import { decodeLine } from '../cli/decode/decode-line.js';
import type { Reading } from '../model/reading.js';
import { SAYINGS } from '../model/saying.js';
import { httpFormats, mqttFormats, streamFormats } from './device-formats.js';
import type { HttpRequest } from './http-protocol.js';
import { protocols } from './index.js';
import type { Decoded, Decoder, Routed } from './protocol.js';

const RECEIVED = Date.UTC(2026, 8, 21, 15);
const everyMqttFormat = [...new Set([...protocols, ...mqttFormats])];
const foreignFormats = [...new Set([...mqttFormats, ...httpFormats, ...streamFormats].map(({ name }) => name))];

const samplesOf = (format: string): (DeviceSample & { proves: string })[] =>
  JSON.parse(readFileSync(new URL(`./${format}/samples.json`, import.meta.url), 'utf8')).samples;

const bytesOf = ({ in: sent }: DeviceSample): Buffer[] => {
  const parts = (sent.messages as Record<string, unknown>[] | undefined) ?? [sent];
  return parts.map(({ payload, payload_hex: hex, body, target }) =>
    typeof hex === 'string'
      ? Buffer.from(hex, 'hex')
      : Buffer.from(String(payload ?? body ?? String(target).split('?')[1] ?? '')),
  );
};
const topicsOf = ({ in: sent }: DeviceSample): string[] =>
  ((sent.messages as Record<string, unknown>[] | undefined) ?? [sent]).map(({ topic }) => String(topic ?? ''));

describe.each(foreignFormats)('%s', format => {
  test.each(samplesOf(format).map(sample => [`${sample.id}: ${sample.proves}`, sample] as const))('%s', (_, sample) => {
    const answer = decodeLine(JSON.stringify({ format, in: sample.in, received: RECEIVED }), 0);
    expect({ answer, differs: differences(answer, sample.expect, RECEIVED) }).toEqual({ answer, differs: [] });
  });
});

/** Bytes of the format with something changed, or any at all. */
const damaged = (samples: readonly Buffer[]): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.json().map(text => Buffer.from(text)),
    fc
      .tuple(fc.constantFrom(...samples), fc.nat(400), fc.nat(40), fc.uint8Array({ maxLength: 20 }))
      .map(([bytes, from, cut, put]) => Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + cut)])),
  );

const expectSound = ({ readings, faults, unknown }: Decoded): void => {
  for (const reading of readings) {
    expectNumbers(reading);
    const { fix } = reading;
    if (fix) expect(Math.abs(fix.lat) <= 90 && Math.abs(fix.lon) <= 180 && (fix.speed ?? 0) >= 0).toBe(true);
  }
  for (const { detail, said } of faults) {
    expect(detail.length).toBeLessThanOrEqual(400);
    // With all that its sentence needs.
    expect(Object.keys(said).sort()).toEqual(['code', ...SAYINGS[said.code]].sort());
  }
  expect((unknown ?? []).length).toBeLessThanOrEqual(16);
  for (const name of unknown ?? []) expect(name.length).toBeLessThanOrEqual(64);
};

const expectNumbers = ({ source: _, ...reading }: Reading): void => {
  const check = (value: unknown): void => {
    if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
    else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) check(inner);
  };
  check(reading);
};

const decodeAll = (decoder: Decoder, routed: readonly Routed[], topic: string): void => {
  for (const { device, slice } of routed) {
    const context = { device, topic, received: RECEIVED, offset: 1 };
    const decoded = decoder.decode(slice, context);
    expectSound(decoded);
    expect(decoder.decode(slice, context)).toEqual(decoded);
  }
};

describe('any bytes', () => {
  test.each(everyMqttFormat.map(protocol => [protocol.name, protocol] as const))('over MQTT: %s', (name, protocol) => {
    const samples = foreignFormats.includes(name) ? samplesOf(name).filter(({ in: sent }) => sent.transport === 'mqtt') : [];
    const topics = ['telltale/v1/d/events', 'telltale/v1/d/obd', 'a/b', ...samples.flatMap(topicsOf)];
    const payloads = [Buffer.from('{"ts":1,"gps":{"lat":1,"lon":2}}'), ...samples.flatMap(bytesOf)];
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...topics), fc.string()), damaged(payloads), (topic, payload) => {
        decodeAll(protocol, protocol.route(topic, payload), topic);
        // What was recorded once is decoded ever after, whatever the topic was.
        decodeAll(protocol, [{ device: 'd', slice: payload }], topic);
      }),
      { numRuns: 400 },
    );
  });

  test.each(httpFormats.map(protocol => [protocol.name, protocol] as const))('over HTTP: %s', (name, protocol) => {
    const payloads = samplesOf(name).flatMap(bytesOf);
    fc.assert(
      fc.property(damaged(payloads), fc.boolean(), fc.constantFrom('GET', 'POST'), (bytes, asQuery, method) => {
        const query = asQuery ? Buffer.from(bytes).toString('latin1') : '';
        const request: HttpRequest = { method, path: '/', query, headers: {}, body: asQuery ? Buffer.alloc(0) : bytes };
        const { routed, topic, refused, answer } = protocol.route(request);
        if (refused) expect(routed).toEqual([]);
        expect(answer('taken').status).toBe(200);
        expect(answer('rejected').status).toBeGreaterThanOrEqual(400);
        decodeAll(protocol, [...routed, { device: 'd', slice: bytes }], topic);
      }),
      { numRuns: 400 },
    );
  });

  test.each(streamFormats.map(protocol => [protocol.name, protocol] as const))('over TCP and UDP: %s', (name, protocol) => {
    const payloads = samplesOf(name).flatMap(bytesOf);
    fc.assert(
      fc.property(fc.constantFrom(...protocol.transports), fc.array(damaged(payloads), { maxLength: 4 }), (transport, pieces) => {
        const conversation = protocol.open({ transport });
        for (const slice of pieces) decodeAll(protocol, [{ device: 'd', slice }], name);
        for (const step of [...pieces.flatMap(piece => conversation.hear(piece)), ...conversation.end()]) {
          if (step.kind === 'record') decodeAll(protocol, step.routed, name);
          if (step.kind === 'fault') expect(step.bytes.length).toBeLessThanOrEqual(protocol.mostFrameBytes + 500);
        }
      }),
      { numRuns: 400 },
    );
  });

  // Proves: how a stream is cut into pieces on its way changes nothing.
  test.each(
    streamFormats.filter(({ transports }) => transports.includes('tcp')).map(protocol => [protocol.name, protocol] as const),
  )('cut anywhere: %s', (name, protocol) => {
    const whole = samplesOf(name)
      .filter(({ in: sent }) => sent.transport === 'tcp')
      .flatMap(bytesOf);
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 }),
        (bytes, sizes) => {
          const atOnce = protocol.open({ transport: 'tcp' });
          const inPieces = protocol.open({ transport: 'tcp' });
          const steps = [];
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = sizes[i % sizes.length]!;
            steps.push(...inPieces.hear(Buffer.from(bytes.subarray(at, at + size))));
            at += size;
          }
          expect(plain([...steps, ...inPieces.end()])).toEqual(plain([...atOnce.hear(bytes), ...atOnce.end()]));
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** Where a damaged stream is given up depends on how much of it has come; that it is given up does not. */
const plain = (steps: readonly object[]): unknown[] =>
  steps.map(step => JSON.parse(JSON.stringify('bytes' in step && 'code' in step ? { ...step, bytes: undefined } : step)));

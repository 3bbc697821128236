// Proves: each line is answered by itself, a bad one with what is wrong with it, and a line of any length costs bounded memory.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BoundedLine, boundedLines } from './bounded-lines.js';
import { decodeLine } from './decode-line.js';

const NOW = Date.UTC(2026, 8, 21);
const answer = (line: object): Record<string, unknown> => decodeLine(JSON.stringify(line), NOW);

describe('a line', () => {
  test('of OBD text', () => {
    expect(answer({ id: 7, input: '410D32' })).toEqual({
      id: 7,
      signals: [{ mode: '01', pid: '0D', name: 'vehicle_speed', value: 50, unit: 'km/h' }],
    });
    expect(answer({ id: 'n', input: '7F0112' })).toEqual({
      id: 'n',
      signals: [],
      error: 'negative_response',
      service: '01',
      nrc: '12',
    });
    expect(answer({ input: '43 01 33 00 00 00 00', context: { protocol: 'can' } })).toEqual(
      answer({ input: '43 01 33 00 00 00 00', context: { protocol: 'can', more: 1 } }),
    );
  });

  test('of our own format', () => {
    const payload = JSON.stringify({ ts: NOW, gps: { lat: 1, lon: 2 }, dtc: ['P0301'] });
    expect(answer({ format: 'telltale-v1', in: { transport: 'mqtt', topic: 'telltale/v1/d1/events', payload } })).toEqual({
      events: [{ ts: NOW, gps: { lat: 1, lon: 2 }, dtc: ['P0301'] }],
      device: 'd1',
    });
  });

  test.each([
    ['not JSON', '{"id":1,', { error: 'bad_input' }],
    ['no object', '[1]', { error: 'bad_input' }],
    ['nothing to decode', '{"id":1}', { id: 1, error: 'bad_input' }],
    ['no such format', '{"id":1,"format":"x","in":{"transport":"tcp","payload":""}}', { id: 1, error: 'unknown_format' }],
    ['another transport', '{"id":1,"format":"torque","in":{"transport":"tcp","payload":""}}', { id: 1, error: 'bad_input' }],
    ['no such transport', '{"id":1,"format":"torque","in":{"transport":"fax"}}', { id: 1, error: 'bad_input' }],
    ['bad hex', '{"id":1,"format":"teltonika","in":{"transport":"tcp","payload_hex":"0"}}', { id: 1, error: 'bad_input' }],
    ['no topic', '{"id":1,"format":"wican","in":{"transport":"mqtt","payload":""}}', { id: 1, error: 'bad_input' }],
  ])('%s', (_, line, wanted) => {
    expect(decodeLine(line, NOW)).toMatchObject(wanted);
  });

  test('any text is answered', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), line => expect(typeof decodeLine(line, NOW)).toBe('object')));
  });
});

describe('boundedLines', () => {
  const read = async (chunks: readonly Uint8Array[], most: number): Promise<BoundedLine[]> => {
    const lines: BoundedLine[] = [];
    const source = (async function* () {
      yield* chunks;
    })();
    for await (const some of boundedLines(source, most)) lines.push(...some);
    return lines;
  };

  test('cut anywhere, the lines are the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.stringMatching(/^[a-zé ]{0,12}$/)), fc.integer({ min: 1, max: 9 }), async (texts, size) => {
        const bytes = Buffer.from(texts.map(text => `${text}\n`).join(''));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
        expect(await read(chunks, 100)).toEqual(texts.map(text => ({ text })));
      }),
    );
  });

  test('a line beyond the bound is given up, the next one is read; a last one needs no newline', async () => {
    expect(await read([Buffer.from('abcdef'), Buffer.from('gh\nok\nlast')], 5)).toEqual([
      { tooLong: true },
      { text: 'ok' },
      { text: 'last' },
    ]);
  });
});

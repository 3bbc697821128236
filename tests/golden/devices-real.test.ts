// Proves: what real devices send, as it was published by others, decodes to what they say it means, and is answered as they need it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { decodeLine } from '../../src/cli/decode/decode-line.js';
import { type DeviceSample, differences } from '../harness/expected-events.js';

const root = process.env.TELLTALE_REAL_DATA;
const folder = join(root ?? '', 'vectors', 'devices');
const present = root !== undefined && existsSync(folder);
if (!present) {
  process.stderr.write(
    'skipped: samples of real devices (TELLTALE_REAL_DATA does not name a folder that holds vectors/devices)\n',
  );
}

/** Noon, so that a time of day is a time of this day. */
const RECEIVED = Date.UTC(2026, 10, 22, 12);

interface SampleFile {
  format: string;
  samples: (DeviceSample & { literal: boolean })[];
}

const files = present ? readdirSync(folder).filter(name => name.endsWith('.json')) : [];

test('samples of real devices are there, or it was said that they are not', () => {
  expect(present ? files.length : 0).toBe(present ? 12 : 0);
});

for (const name of files) {
  const { format, samples } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as SampleFile;
  describe(format, () => {
    test.each(samples.map(sample => [sample.id, sample] as const))('%s', (_, sample) => {
      const answer = decodeLine(JSON.stringify({ id: sample.id, format, in: sample.in, received: RECEIVED }), 0);
      expect({ answer, differs: differences(answer, sample.expect, RECEIVED) }).toEqual({ answer, differs: [] });
    });
  });
}

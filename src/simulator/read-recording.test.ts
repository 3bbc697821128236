// Proves: recordings are read in order, plain and gzipped, and a bad line is named by file and line without losing the others.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  mergeRecordings,
  type RecordedEvent,
  RecordingFileError,
  type RecordingLineError,
  readRecording,
} from './read-recording.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recording-'));
});
afterAll(() => rm(folder, { recursive: true }));

const write = async (name: string, content: string | Uint8Array): Promise<string> => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};
const all = async (events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> => {
  const found: RecordedEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
};
const never = (error: RecordingLineError): never => {
  throw error;
};

test('reads numbers and ISO times, keeps everything but the device', async () => {
  const lines = '{"device":"a","ts":1000,"obd":["410D32"]}\n\n{"ts":"1970-01-01T00:00:02Z","device":"b","x":{"y":1}}\r\n';
  const expected = [
    { device: 'a', ts: 1_000, event: { ts: 1_000, obd: ['410D32'] } },
    { device: 'b', ts: 2_000, event: { ts: '1970-01-01T00:00:02Z', x: { y: 1 } } },
  ];
  expect(await all(readRecording(await write('plain.jsonl', lines), never))).toEqual(expected);
  expect(await all(readRecording(await write('packed.jsonl.gz', gzipSync(lines)), never))).toEqual(expected);
});

test.each([
  ['not json', 'not JSON'],
  ['[1]', 'not a JSON object'],
  ['{"ts":1}', 'no "device"'],
  ['{"ts":1,"device":"a b"}', '"a b" is no device id'],
  ['{"ts":1,"device":"fleet"}', '"fleet" is no device id'],
  ['{"ts":"noon","device":"a"}', '"ts" is neither epoch milliseconds nor an ISO 8601 time'],
  ['{"device":"a"}', '"ts" is neither epoch milliseconds nor an ISO 8601 time'],
])('%s: %s', async (line, reason) => {
  const file = await write('bad.jsonl', `{"device":"a","ts":1}\n${line}\n{"device":"a","ts":2}\n`);
  await expect(all(readRecording(file, never))).rejects.toThrow(`${file}:2: ${reason}`);
  const bad: string[] = [];
  const good = await all(readRecording(file, error => bad.push(error.message)));
  expect(good.map(event => event.ts)).toEqual([1, 2]);
  expect(bad).toEqual([`${file}:2: ${reason}`]);
});

test('a file that is not there, and one that is no gzip, are errors of the file', async () => {
  await expect(all(readRecording(join(folder, 'absent.jsonl'), never))).rejects.toThrow(RecordingFileError);
  await expect(all(readRecording(await write('broken.jsonl.gz', 'plain'), never))).rejects.toThrow(RecordingFileError);
});

test('several recordings become one by time, each in its own order', async () => {
  const of = (device: string, ...times: number[]): AsyncGenerator<RecordedEvent> =>
    (async function* () {
      for (const ts of times) yield { device, ts, event: { ts } };
    })();
  const merged = await all(mergeRecordings([of('a', 1, 5, 4, 9), of('b'), of('c', 2, 3, 10)]));
  expect(merged.map(({ device, ts }) => device + ts)).toEqual(['a1', 'c2', 'c3', 'a5', 'a4', 'a9', 'c10']);
});

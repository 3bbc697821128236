import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { beginsWithDay } from '../model/calendar-day.js';
import { TelltaleError } from '../model/errors.js';
import { type DeviceId, isId, RESERVED_DEVICE_ID } from '../model/ids.js';
import type { Instant } from '../model/units.js';

/** A line of a recording cannot be replayed; the message names file and line. */
export class RecordingLineError extends TelltaleError {
  readonly code = 'RECORDING_LINE';
  readonly fault = 'input';
}

/** The file itself cannot be read. */
export class RecordingFileError extends TelltaleError {
  readonly code = 'RECORDING_FILE';
  readonly fault = 'input';
}

/** One recorded event. */
export interface RecordedEvent {
  device: DeviceId;
  ts: Instant;
  /** As it was recorded, without the key `device`. */
  event: Record<string, unknown>;
}

/**
 * Reads a recording: JSON Lines of contract §3, each with `device`; gzip by the name's `.gz`. Empty lines are passed over.
 * @param onBad told of a line that cannot be used; where it returns, reading goes on
 * @throws {RecordingFileError} no such file, or broken gzip
 */
export async function* readRecording(file: string, onBad: (error: RecordingLineError) => void): AsyncGenerator<RecordedEvent> {
  const bytes = createReadStream(file);
  const input = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  // An error of the file does not travel through a pipe.
  bytes.on('error', error => input.destroy(error));
  let number = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      if (line.trim() === '') continue;
      const parsed = parseLine(line);
      if (typeof parsed !== 'string') yield parsed;
      else onBad(new RecordingLineError(`${file}:${number}: ${parsed}`, { file, line: number }));
    }
  } catch (cause) {
    if (cause instanceof TelltaleError) throw cause;
    throw new RecordingFileError(`cannot read ${file}: ${(cause as Error).message}`, { file }, { cause });
  }
}

/** @returns the event, or what is wrong with the line */
const parseLine = (line: string): RecordedEvent | string => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not a JSON object';
  const { device, ...event } = value as Record<string, unknown>;
  if (device === undefined) return 'no "device"';
  if (typeof device !== 'string' || !isId(device) || device === RESERVED_DEVICE_ID)
    return `${JSON.stringify(device)} is no device id`;
  const ts = typeof event.ts === 'string' ? writtenTime(event.ts) : event.ts;
  if (typeof ts !== 'number' || !Number.isFinite(ts)) return '"ts" is neither epoch milliseconds nor an ISO 8601 time';
  return { device, ts, event };
};

const writtenTime = (text: string): number =>
  /^\d{4}-\d\d-\d\d/.test(text) && !beginsWithDay(text) ? Number.NaN : Date.parse(text);

/** Several recordings as one, by time: of the next events of all files the oldest comes first; within a file the order stays. */
export async function* mergeRecordings(recordings: readonly AsyncIterator<RecordedEvent>[]): AsyncGenerator<RecordedEvent> {
  const heads: { next: RecordedEvent; from: AsyncIterator<RecordedEvent> }[] = [];
  for (const from of recordings) {
    const { value, done } = await from.next();
    if (!done) heads.push({ next: value, from });
  }
  while (heads.length > 0) {
    const head = heads.reduce((oldest, other) => (other.next.ts < oldest.next.ts ? other : oldest));
    yield head.next;
    const { value, done } = await head.from.next();
    if (done) heads.splice(heads.indexOf(head), 1);
    else head.next = value;
  }
}

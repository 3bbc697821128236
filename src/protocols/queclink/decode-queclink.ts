import { CRASHED, TOWED, UNPLUGGED } from '../../model/device-signals.js';
import { Decoding } from '../decoding.js';
import { packedInstant } from '../device-instant.js';
import { damaged } from '../fault-words.js';
import type { DecodeContext, Decoded } from '../protocol.js';
import { pointsIn } from './find-points.js';
import { readTrackFrame, type TrackFrame } from './track-frame.js';

const latin1 = new TextDecoder('latin1');
const PACKED = /^\d{14}$/;
const VIN = /^[A-HJ-NPR-Z0-9]{17}$/;

/** Reports that say something by their name alone, with or without a fix. */
const IGNITION = new Map([
  ['GTIGN', true],
  ['GTVGN', true],
  ['GTIGF', false],
  ['GTVGF', false],
]);
const FLAGS = new Map<string, readonly [name: string, value: number]>([
  ['GTMPF', [UNPLUGGED, 1]],
  ['GTMPN', [UNPLUGGED, 0]],
  ['GTTOW', [TOWED, 1]],
  ['GTCRA', [CRASHED, 1]],
]);
/** Reports about the tracker itself, and answers to commands. */
const ABOUT_ITSELF = /^GT(?:HBD|INF|PNA|PFA|PDP|GSM|GSS|BTC|STC|BPL|CID|CSQ|VER|CFG|ALM|GPS|TMZ|RTL|STT)$/;

/**
 * Decodes one frame. Columns differ from model to model, so points are found by their shape. A point with accuracy 0 has no fix: of a
 * periodic report nothing is then left, an ignition report still says what it says.
 */
export const decodeQueclink = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const decoding = new Decoding(context);
  const frame = readTrackFrame(latin1.decode(slice));
  if (frame === undefined) decoding.fault('unreadable', damaged('frame', 'no frame of @Track'));
  else if (frame.kind !== 'ACK') readReport(frame, decoding);
  return decoding.done();
};

const readReport = (frame: TrackFrame, decoding: Decoding): void => {
  const { report, fields, count } = frame;
  const points = pointsIn(fields);
  const ignition = IGNITION.get(report);
  const flag = FLAGS.get(report);
  const says = ignition !== undefined || flag !== undefined;
  const vin = fields[0] !== undefined && VIN.test(fields[0]) ? fields[0] : undefined;
  const kept = says ? [points.at(-1)] : points.filter(({ accuracy }) => accuracy > 0);
  for (const point of kept) {
    const sent = point?.utc ?? fields.findLast(field => PACKED.test(field));
    // The last column but one of what stands before the count says when the frame was made.
    const at = sent === undefined ? undefined : packedInstant(sent);
    // The same report from the buffer is the same event: what it was called is not part of it.
    const reading = decoding.begin(at, `${report},${count},${point?.text ?? ''}`, sent);
    if (reading === undefined) continue;
    reading.ignition = ignition;
    reading.vin = vin;
    if (flag !== undefined) reading.signals = { [flag[0]]: flag[1] };
    if (point === undefined) continue;
    const { lat, lon, speed, heading, altitude, accuracy } = point;
    // Only that it is 0 means the same on all models: some send metres, others HDOP.
    decoding.fix({ lat, lon, speed, heading, altitude, valid: accuracy > 0 }, reading);
  }
  if (points.length === 0 && !says && !ABOUT_ITSELF.test(report)) decoding.unknown.add(report);
};

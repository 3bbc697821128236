import type { Instant } from '../../model/units.js';
import { decodeObd } from '../../protocols/obd/decode-obd.js';
import { flatReply } from '../../protocols/obd/flat-reply.js';
import type { ObdContext } from '../../protocols/obd/obd-signal.js';
import type { Answer } from './answer.js';
import { decodeDevice } from './decode-device.js';
import { readDeviceInput } from './device-input.js';

/**
 * Answers one line of `telltale decode`: OBD text (`input`) or a device's message (`format` and `in`). Never throws: what cannot be
 * understood is answered with `error` and a `detail` for people.
 * @param received stands in for the time of arrival where the line has no `received` of its own (epoch ms)
 */
export const decodeLine = (line: string, received: Instant): Answer => {
  const parsed = parse(line);
  if ('error' in parsed) return parsed;
  const { value } = parsed;
  const id = value.id === undefined ? {} : { id: value.id };
  if (typeof value.input === 'string') return { ...id, ...flatReply(decodeObd(value.input, contextOf(value.context))) };
  if (typeof value.format === 'string') {
    const input = readDeviceInput(value.in);
    if ('detail' in input) return { ...id, error: 'bad_input', detail: input.detail };
    const arrived = typeof value.received === 'number' && Number.isFinite(value.received) ? value.received : received;
    return { ...id, ...decodeDevice(value.format, input, arrived) };
  }
  return { ...id, error: 'bad_input', detail: 'expected "input" (OBD text), or "format" and "in" (a message of a device)' };
};

const parse = (line: string): { value: Record<string, unknown> } | { error: string; detail: string } => {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { value: value as Record<string, unknown> };
    return { error: 'bad_input', detail: 'expected a JSON object' };
  } catch (error) {
    return { error: 'bad_input', detail: `not JSON: ${(error as Error).message}`.slice(0, 200) };
  }
};

/** Hints that are none are left out: they never decide whether a line is answered. */
const contextOf = (value: unknown): ObdContext => {
  if (typeof value !== 'object' || value === null) return {};
  const { request, protocol } = value as Record<string, unknown>;
  return {
    ...(typeof request === 'string' ? { request } : {}),
    ...(protocol === 'can' || protocol === 'legacy' ? { protocol } : {}),
  };
};

import type { FaultReason } from '../protocol.js';

/** A value of the wrong kind or range; told to the device. */
export class EventFault {
  constructor(
    readonly reason: FaultReason,
    readonly detail: string,
  ) {}
}

export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

export const wrong = (name: string, wanted: string, got: unknown): EventFault =>
  new EventFault('wrong_type', `${name} must be ${wanted}, not ${(textOf(got) ?? typeof got).slice(0, 60)}`);

/** A value as text for people and for the quarantine; undefined where it cannot be written as JSON. */
export const textOf = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? Number(inner) : inner));
  } catch {
    return undefined;
  }
};

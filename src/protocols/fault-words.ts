import type { Saying } from '../model/saying.js';
import { WANTED, type Wanted } from '../model/wanted.js';

/** What is wrong with something that was sent: in English, as devices are told, and by its code for other languages. */
export interface FaultWords {
  detail: string;
  said: Saying;
}

/** So much of what was sent is repeated. */
const SHOWN = 60;

/** A value as text for people and for the quarantine; undefined where it cannot be written as JSON. */
export const textOf = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value, (_key, inner) => (typeof inner === 'bigint' ? Number(inner) : inner));
  } catch {
    return undefined;
  }
};

const shown = (value: unknown): string => (textOf(value) ?? typeof value).slice(0, SHOWN);

export const mustBe = (name: string, wanted: Wanted, got: unknown): FaultWords => {
  const sent = shown(got);
  return { detail: `${name} must be ${WANTED[wanted]}, not ${sent}`, said: { code: 'sent_must_be', name, wanted, sent } };
};

export const mustBeWithin = (name: string, least: number, most: number, sent: number): FaultWords => ({
  detail: `${name} must be within ${least} and ${most}, not ${sent}`,
  said: { code: 'sent_beyond', name, least, most, sent },
});

export const atMost = (name: string, most: number, sent: number): FaultWords => ({
  detail: `${name}: at most ${most}, not ${sent}`,
  said: { code: 'sent_too_many', name, most, sent },
});

/** @param sent the time as it stood there; undefined where it stood in no text */
export const noTime = (sent: unknown): FaultWords =>
  sent === undefined
    ? { detail: 'the time is none', said: { code: 'time_is_none', sent: null } }
    : { detail: `there is no such time: ${shown(sent)}`, said: { code: 'time_is_none', sent: shown(sent) } };

export const noDay = (name: string, sent: string): FaultWords => ({
  detail: `${name} ${sent.slice(0, SHOWN)} is on a day that is not in the calendar`,
  said: { code: 'day_is_none', sent: sent.slice(0, SHOWN) },
});

/** @param name before the time in English, where the format has one */
export const tooFarAhead = (at: number, name = ''): FaultWords => {
  const time = new Date(at).toISOString();
  return {
    detail: `${name && `${name} `}${time} is more than 24 h ahead of its arrival`,
    said: { code: 'time_ahead', at: time },
  };
};

/** @param format JSON or CBOR @param error what its reader says */
export const cannotBeRead = (format: string, error: unknown): FaultWords => {
  const why = (error as Error).message;
  return { detail: `not ${format}: ${why}`.slice(0, 200), said: { code: 'not_of_format', format, why: why.slice(0, 200) } };
};

export const cannotBe = (name: string, text: string): FaultWords => {
  const sent = text.slice(0, 40);
  return { detail: `${name} cannot be ${sent}`, said: { code: 'sent_cannot_be', name, sent } };
};

export const noPlace = (lat: number, lon: number): FaultWords => ({
  detail: `no place on earth: latitude ${lat}, longitude ${lon}`,
  said: { code: 'no_place', lat, lon },
});

export const noObject = (detail = 'a message is an object'): FaultWords => ({ detail, said: { code: 'no_message' } });

/** @param what which check it failed, by a word that never changes */
export const damaged = (what: string, detail: string): FaultWords => ({ detail, said: { code: 'frame_damaged', what } });

export const tooLong = (detail: string, sent: number, most: number, unit: 'bytes' | 'messages'): FaultWords => ({
  detail,
  said: { code: 'sent_too_long', sent, most, unit },
});

export const unheard = (topic: string): FaultWords => ({
  detail: `nothing here hears ${topic}`,
  said: { code: 'topic_unheard', topic: topic.slice(0, 200) },
});

export const unknownDevice = (id: string): FaultWords => ({
  detail: `no such device: ${id}`,
  said: { code: 'device_unknown', id },
});

export const nobodyNamed = (detail: string): FaultWords => ({ detail, said: { code: 'nobody_named' } });

export const notSpeakingFor = (device: string, other: string): FaultWords => ({
  detail: `${device} does not speak for ${other}`,
  said: { code: 'not_speaking_for', device, other },
});

export const secretNeeded = (device: string): FaultWords => ({
  detail: `${device} has a secret and has to log in with it`,
  said: { code: 'secret_needed', device },
});

/** @param error what the fold threw */
export const poison = (error: unknown): FaultWords => {
  const detail = error instanceof Error ? error.message : String(error);
  return { detail, said: { code: 'event_threw', error: detail.slice(0, 400) } };
};

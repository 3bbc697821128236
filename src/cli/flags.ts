import { type ParseArgsConfig, parseArgs } from 'node:util';
import { TelltaleError } from '../model/errors.js';

/** The command line says something that cannot be; the message is for the person who typed it. */
export class UsageError extends TelltaleError {
  readonly code = 'USAGE';
  readonly fault = 'input';
}

/** Reads flags as declared, nothing else allowed. @throws {UsageError} unknown flags, missing values */
export const readFlags = <T extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: T) => {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new UsageError((cause as Error).message.split(/\n|\. To specify/)[0]!, {}, { cause });
  }
};

/** @throws {UsageError} not a number, or not within the bounds */
export const numberFlag = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most)) {
    throw new UsageError(`--${name} ${text}: expected a number from ${least} to ${most}`);
  }
  return value;
};

/** @throws {UsageError} no URL of an MQTT broker */
export const mqttUrlFlag = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['mqtt:', 'mqtts:', 'ws:', 'wss:'].includes(url.protocol) || url.hostname === '') {
    throw new UsageError(`--mqtt ${text}: expected a URL like mqtt://127.0.0.1:1883`);
  }
  return text;
};

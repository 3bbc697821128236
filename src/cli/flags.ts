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
    return parseArgs({ args: withValuesJoined(args, options), options, allowPositionals: true, strict: true });
  } catch (cause) {
    throw new UsageError((cause as Error).message.split(/\n|\. To specify/)[0]!, {}, { cause });
  }
};

/** `--trip -Rh8q` as `--trip=-Rh8q`: one id of 64 begins with a hyphen, which Node takes for a flag. */
const withValuesJoined = (args: readonly string[], options: NonNullable<ParseArgsConfig['options']>): string[] => {
  const shorts = new Set(Object.values(options).map(({ short }) => `-${short}`));
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [flag, value] = [args[i]!, args[i + 1]];
    const takesValue = flag.startsWith('--') && options[flag.slice(2)]?.type === 'string';
    if (takesValue && value !== undefined && /^-[^-]/.test(value) && !shorts.has(value)) {
      joined.push(`${flag}=${value}`);
      i++;
    } else joined.push(flag);
  }
  return joined;
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

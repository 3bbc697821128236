import { TelltaleError } from '../../model/errors.js';
import {
  CursorError,
  DatabaseAccessError,
  DatabaseAddressError,
  DatabaseQueryError,
  DatabaseSchemaError,
  DatabaseUnavailableError,
  NameTakenError,
  TrackFormatError,
} from './errors.js';

/** An error as a plain object: between threads an error loses its class, and with it its code and fault. */
export interface CarriedError {
  code: string | undefined;
  message: string;
  stack: string | undefined;
  context: Readonly<Record<string, unknown>>;
}

const classes: Readonly<Record<string, new (message: string, context: CarriedError['context']) => TelltaleError>> = {
  DATABASE_UNAVAILABLE: DatabaseUnavailableError,
  DATABASE_ACCESS: DatabaseAccessError,
  DATABASE_ADDRESS: DatabaseAddressError,
  DATABASE_SCHEMA: DatabaseSchemaError,
  DATABASE_QUERY: DatabaseQueryError,
  TRACK_FORMAT: TrackFormatError,
  BAD_CURSOR: CursorError,
  NAME_TAKEN: NameTakenError,
};

export const carry = (error: unknown): CarriedError => {
  if (error instanceof TelltaleError)
    return { code: error.code, message: error.message, stack: error.stack, context: error.context };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: undefined, message, stack, context: {} };
};

/** @returns an error of the class that was carried; what was none of ours stays a plain error, which is a bug */
export const uncarry = ({ code, message, stack, context }: CarriedError): Error => {
  const known = code === undefined ? undefined : classes[code];
  const error = known ? new known(message, context) : new Error(message);
  // Where it came from is on the other thread.
  if (stack !== undefined) error.stack = stack;
  return error;
};

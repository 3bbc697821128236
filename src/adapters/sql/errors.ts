import { TelltaleError } from '../../model/errors.js';

/** The server is away, full, or did not answer in time. Every call of the database may throw it; it passes by itself. */
export class DatabaseUnavailableError extends TelltaleError {
  readonly code: Uppercase<string> = 'DATABASE_UNAVAILABLE';
  readonly fault = 'outage';
}

/** The server is there and does not let us in: wrong password, no such database, no rights. Names everything but the password. */
export class DatabaseAccessError extends DatabaseUnavailableError {
  override readonly code = 'DATABASE_ACCESS';
}

/** The URL or the file given is none that can be used. */
export class DatabaseAddressError extends TelltaleError {
  readonly code = 'DATABASE_ADDRESS';
  readonly fault = 'bug';
}

/** The tables are not ours, or newer than this version. */
export class DatabaseSchemaError extends TelltaleError {
  readonly code = 'DATABASE_SCHEMA';
  readonly fault = 'bug';
}

/** The server refused a statement. Its text and values are left out: they may carry names and hashes. */
export class DatabaseQueryError extends TelltaleError {
  readonly code = 'DATABASE_QUERY';
  readonly fault = 'bug';
}

/** A stored track has a layout that this version does not know. */
export class TrackFormatError extends TelltaleError {
  readonly code = 'TRACK_FORMAT';
  readonly fault = 'bug';
}

/** A cursor that no list of ours gave out. */
export class CursorError extends TelltaleError {
  readonly code = 'BAD_CURSOR';
  readonly fault = 'input';
}

/** Another user has this name. */
export class NameTakenError extends TelltaleError {
  readonly code = 'NAME_TAKEN';
  readonly fault = 'input';
}

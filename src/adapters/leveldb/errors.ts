import { TelltaleError } from '../../model/errors.js';

/** The disk did not take it: full, gone, or broken. Nothing of the append is promised. */
export class JournalWriteError extends TelltaleError {
  readonly code = 'JOURNAL_WRITE';
  readonly fault = 'outage';
}

/** The disk did not take it; nothing of it is there, unless the store was closed before that could be known. */
export class StateWriteError extends TelltaleError {
  readonly code = 'STATE_WRITE';
  readonly fault = 'outage';
}

/** Another process has the data directory open. */
export class DataDirectoryLockedError extends TelltaleError {
  readonly code = 'DATA_DIRECTORY_LOCKED';
  readonly fault = 'outage';
}

/** What lies in the data directory is not ours, or cannot be read. */
export class DataDirectoryError extends TelltaleError {
  readonly code = 'DATA_DIRECTORY';
  readonly fault = 'bug';
}

/** A stored record has a layout that this version does not know. */
export class RecordFormatError extends TelltaleError {
  readonly code = 'RECORD_FORMAT';
  readonly fault = 'bug';
}

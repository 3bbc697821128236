import { TelltaleError } from './errors.js';

/** The raw records that would be needed are older than is kept. What was computed from them stays. */
export class ExpiredError extends TelltaleError {
  readonly code = 'EXPIRED';
  readonly fault = 'input';
}

/** A cursor that no page of the past had. */
export class UnknownPlaceError extends TelltaleError {
  readonly code = 'UNKNOWN_PLACE';
  readonly fault = 'input';
}

/** It would take more than one request may: the message names the bound. */
export class TooMuchError extends TelltaleError {
  readonly code = 'TOO_MUCH';
  readonly fault = 'input';
}

/** The raw records that would be handed out hold places of private trips. */
export class PrivateError extends TelltaleError {
  readonly code = 'PRIVATE';
  readonly fault = 'input';
}

/** As many as are allowed at once are under way. */
export class BusyError extends TelltaleError {
  readonly code = 'BUSY';
  readonly fault = 'outage';
}

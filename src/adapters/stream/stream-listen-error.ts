import { TelltaleError } from '../../model/errors.js';

/** The port for devices over TCP or UDP cannot be had. */
export class StreamListenError extends TelltaleError {
  readonly code = 'STREAM_LISTEN';
  readonly fault = 'outage';
}

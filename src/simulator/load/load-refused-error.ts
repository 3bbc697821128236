import { TelltaleError } from '../../model/errors.js';

/** A load device may not connect: nothing that waiting would change. */
export class LoadRefusedError extends TelltaleError {
  readonly code = 'LOAD_REFUSED';
  readonly fault = 'input';
}

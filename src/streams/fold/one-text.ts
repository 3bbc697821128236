import type { Reading } from '../../model/reading.js';
import type { Vehicle } from './vehicle.js';

/** All that keeps a device's id keeps the same text, not that of another message each; what is the same text is also compared at once. */
export const withOneText = (reading: Reading, { id, state }: Vehicle): void => {
  if (reading.device === state.newestDevice) reading.device = state.newestDevice;
  else if (reading.device === id) reading.device = id;
};

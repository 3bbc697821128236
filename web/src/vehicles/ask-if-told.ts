import { RefusedError } from '../api/request';

/** What a server without this answer says is nothing, not a failure. */
export const askIfTold = async <T>(ask: Promise<T>): Promise<T | undefined> => {
  try {
    return await ask;
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404) return undefined;
    throw error;
  }
};

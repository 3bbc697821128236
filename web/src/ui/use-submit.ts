import { useState } from 'react';
import { RefusedError } from '../api/request';
import { reasonOf } from './loading';

/** A change that is sent once at a time, with what is wrong of each field where the server says so. */
export const useSubmit = (work: () => Promise<void>) => {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const fields = error instanceof RefusedError ? error.fields : [];
  return {
    busy,
    /** A sentence, where no field is to blame. */
    problem: error === undefined || fields.length > 0 ? undefined : reasonOf(error),
    problemOf: (field: string): string | undefined => fields.find(({ field: named }) => named === field)?.message,
    submit: async (): Promise<void> => {
      if (busy) return;
      setBusy(true);
      setError(undefined);
      try {
        await work();
      } catch (thrown) {
        setError(thrown);
      } finally {
        setBusy(false);
      }
    },
  };
};

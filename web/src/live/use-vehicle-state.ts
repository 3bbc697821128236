import { useCallback, useEffect, useState } from 'react';
import { getJson } from '../api/request';
import type { VehicleState } from '../api/wire-types';
import { useFleet } from './fleet';

/** While it drives, its signals are asked for this often at most; the position itself comes by the websocket. */
const AT_MOST_EVERY_MS = 2_000;
const AT_LEAST_EVERY_MS = 15_000;

/** The state of a vehicle, kept fresh; the last one stays while the server does not answer. */
export const useVehicleState = (id: string): { state: VehicleState | undefined; failed: boolean; retry: () => void } => {
  const { positions } = useFleet();
  const [state, setState] = useState<VehicleState>();
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a further attempt asks the same again
  useEffect(() => {
    const abort = new AbortController();
    let askedAt = 0;
    let asking = false;
    const ask = async (): Promise<void> => {
      if (asking) return;
      asking = true;
      askedAt = Date.now();
      try {
        setState(await getJson<VehicleState>(`/vehicles/${encodeURIComponent(id)}/state`, {}, abort.signal));
        setFailed(false);
      } catch {
        if (!abort.signal.aborted) setFailed(true);
      }
      asking = false;
    };
    let changed = true;
    const stopListening = positions.listen(vehicles => {
      changed ||= vehicles.includes(id);
    });
    const timer = window.setInterval(() => {
      const age = Date.now() - askedAt;
      if (age < (changed ? AT_MOST_EVERY_MS : AT_LEAST_EVERY_MS)) return;
      changed = false;
      void ask();
    }, 500);
    void ask();
    return () => {
      abort.abort();
      stopListening();
      window.clearInterval(timer);
    };
  }, [id, positions, attempt]);

  return { state, failed, retry: useCallback(() => setAttempt(n => n + 1), []) };
};

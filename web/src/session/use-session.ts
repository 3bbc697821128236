import { useCallback, useEffect, useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { RefusedError, sessionEvents } from '../api/request';
import { setFleetZone } from '../format/time';
import { setBasemap } from '../map/configured-basemap';

export type Credentials = { token: string } | { user: string; password: string };

type SessionState = { state: 'loading' } | { state: 'failed' } | { state: 'out' } | { state: 'in'; value: Schema<'Session'> };

/** What holds for everything that is shown afterwards. */
const entered = (value: Schema<'Session'>): SessionState => {
  setFleetZone(value.time_zone);
  setBasemap(value.map);
  return { state: 'in', value };
};

/** The log-in: asked of the server on load, since the cookie that holds it is out of our reach. */
export const useSession = () => {
  const [session, setSession] = useState<SessionState>({ state: 'loading' });
  const [ended, setEnded] = useState(false);

  const retry = useCallback(async () => {
    setSession({ state: 'loading' });
    try {
      setSession(entered(await answerOf(api.GET('/session'))));
    } catch (error) {
      setSession({ state: error instanceof RefusedError && error.status === 401 ? 'out' : 'failed' });
    }
  }, []);

  useEffect(() => {
    void retry();
    const onLoggedOut = (): void => {
      setEnded(true);
      setSession({ state: 'out' });
    };
    sessionEvents.addEventListener('logged-out', onLoggedOut);
    return () => sessionEvents.removeEventListener('logged-out', onLoggedOut);
  }, [retry]);

  /** @throws {RefusedError} wrong credentials @throws {UnreachableError} */
  const logIn = useCallback(async (credentials: Credentials) => {
    const value = await answerOf(api.POST('/session', { body: credentials }));
    setEnded(false);
    setSession(entered(value));
  }, []);

  const logOut = useCallback(async () => {
    // Also where the server does not answer: who leaves wants the screen to be empty.
    await api.DELETE('/session').catch(() => undefined);
    sessionStorage.clear();
    setEnded(false);
    setSession({ state: 'out' });
  }, []);

  return { session, ended, logIn, logOut, retry };
};

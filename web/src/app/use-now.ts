import { useEffect, useState } from 'react';
import { serverNow } from '../api/server-clock';

/** The time of the server, told anew every so often: for everything that says how long ago. */
export const useNow = (everyMs: number): number => {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(serverNow()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now;
};

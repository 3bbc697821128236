import { useEffect, useSyncExternalStore } from 'react';
import { usePreferences } from './preferences';

export type Theme = 'light' | 'dark';

const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');

const subscribeToSystem = (listener: () => void): (() => void) => {
  prefersDark.addEventListener('change', listener);
  return () => prefersDark.removeEventListener('change', listener);
};

/** The colours in force. The page's root carries them as `data-theme`, the map and the charts ask here. */
export const useTheme = (): Theme => {
  const { theme } = usePreferences();
  const dark = useSyncExternalStore(subscribeToSystem, () => prefersDark.matches);
  const shown: Theme = theme === 'system' ? (dark ? 'dark' : 'light') : theme;
  useEffect(() => {
    document.documentElement.dataset.theme = shown;
  }, [shown]);
  return shown;
};

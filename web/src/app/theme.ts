import { useEffect, useSyncExternalStore } from 'react';
import { createStore, useStore } from './store';

export type ThemeChoice = 'system' | 'light' | 'dark';
export type Theme = 'light' | 'dark';

const KEY = 'telltale.theme';
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');

const stored = (): ThemeChoice => {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : 'system';
};

const choice$ = createStore<ThemeChoice>(stored());

const subscribeToSystem = (listener: () => void): (() => void) => {
  prefersDark.addEventListener('change', listener);
  return () => prefersDark.removeEventListener('change', listener);
};

/** The colours in force. The page's root carries them as `data-theme`, the map asks here. */
export const useTheme = (): { theme: Theme; choice: ThemeChoice; next: () => void } => {
  const choice = useStore(choice$);
  const dark = useSyncExternalStore(subscribeToSystem, () => prefersDark.matches);
  const theme: Theme = choice === 'system' ? (dark ? 'dark' : 'light') : choice;
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  return { theme, choice, next: () => choose(FOLLOWED_BY[choice]) };
};

const FOLLOWED_BY: Readonly<Record<ThemeChoice, ThemeChoice>> = { system: 'light', light: 'dark', dark: 'system' };

const choose = (choice: ThemeChoice): void => {
  if (choice === 'system') localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, choice);
  choice$.set(choice);
};

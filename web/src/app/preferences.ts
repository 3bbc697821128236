import { createStore, useStore } from './store';

/** What one person likes on one machine; kept by the browser, never sent. */
export interface Preferences {
  language: 'auto' | 'en' | 'de';
  theme: 'system' | 'light' | 'dark';
  distance: 'km' | 'mi';
  volume: 'l' | 'gal_us' | 'gal_uk';
  /** A sound for new alerts of at least this severity. */
  sound: 'off' | 'warning' | 'critical';
  /** Notifications of the desktop, likewise. */
  notify: 'off' | 'warning' | 'critical';
  /** Keys that do something without a modifier; some assistive tools would trip over them. */
  shortcuts: 'on' | 'off';
}

const KEY = 'telltale.preferences';
const CHOICES: { readonly [K in keyof Preferences]: readonly Preferences[K][] } = {
  language: ['auto', 'en', 'de'],
  theme: ['system', 'light', 'dark'],
  distance: ['km', 'mi'],
  volume: ['l', 'gal_us', 'gal_uk'],
  sound: ['off', 'warning', 'critical'],
  notify: ['off', 'warning', 'critical'],
  shortcuts: ['on', 'off'],
};

/** Of each the first choice, unless something else that can be chosen was kept. */
const load = (): Preferences => {
  let kept: Record<string, unknown> = {};
  try {
    kept = (JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {}) as Record<string, unknown>;
  } catch {
    // What cannot be read was not chosen.
  }
  const entries = Object.entries(CHOICES).map(([key, choices]) => [
    key,
    (choices as readonly unknown[]).includes(kept[key]) ? kept[key] : choices[0],
  ]);
  return Object.fromEntries(entries) as Preferences;
};

const preferences$ = createStore<Preferences>(load());
// Another tab chose: this one follows.
window.addEventListener('storage', ({ key }) => key === KEY && preferences$.set(load()));

export const preferences = (): Preferences => preferences$.get();

export const usePreferences = (): Preferences => useStore(preferences$);

export const prefer = (changes: Partial<Preferences>): void => {
  const next = { ...preferences$.get(), ...changes };
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // No room or no leave to keep it: it holds until the page is closed.
  }
  preferences$.set(next);
};

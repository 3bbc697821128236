import { useEffect, useRef } from 'react';
import { preferences } from '../app/preferences';
import { createStore } from '../app/store';

export interface Shortcut {
  /** As `KeyboardEvent.key` names it: `?`, `ArrowLeft`; two in a row with a space between: `g l`. */
  keys: string;
  /** What it does, for the help. */
  text: string;
  run: () => void;
}

export interface ShortcutGroup {
  name: string;
  shortcuts: readonly Shortcut[];
}

/** Longer apart, two keys are no sequence. */
const SEQUENCE_MS = 1_200;

/** What can be pressed now, in the order in which it was mounted. */
export const shortcutGroups$ = createStore<readonly ShortcutGroup[]>([]);

/** Keys of a page or a part, for as long as it is there. A later one wins over an earlier one of the same keys. */
export const useShortcuts = (name: string, shortcuts: readonly Shortcut[]): void => {
  const newest = useRef(shortcuts);
  newest.current = shortcuts;
  const keys = shortcuts.map(one => one.keys).join('|');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what they do is looked up when they are pressed
  useEffect(() => {
    const group: ShortcutGroup = {
      name,
      shortcuts: newest.current.map(({ keys, text }) => ({
        keys,
        text,
        run: () => newest.current.find(one => one.keys === keys)?.run(),
      })),
    };
    shortcutGroups$.set([...shortcutGroups$.get(), group]);
    return () => shortcutGroups$.set(shortcutGroups$.get().filter(one => one !== group));
  }, [name, keys]);
};

/** Who writes, or works a control that has keys of its own, is left alone. */
const isBusy = (target: EventTarget | null, key: string): boolean => {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('dialog')) return true;
  // A slider or a choice has the arrows and the space bar; nobody writes in it.
  if (target instanceof HTMLInputElement && /^(range|radio|checkbox)$/.test(target.type))
    return /^( |Arrow|Page|Home|End)/.test(key);
  if (target.matches('input, textarea, select')) return true;
  // Space and arrows belong to what has the focus; letters are free.
  return target.matches('button, a, summary, [role], canvas') && (key === ' ' || key === 'Enter' || key.startsWith('Arrow'));
};

let pending = '';
let pendingAt = 0;

window.addEventListener('keydown', event => {
  const { key, target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (preferences().shortcuts === 'off' || isBusy(target, key)) return;
  const all = shortcutGroups$.get().flatMap(({ shortcuts }) => shortcuts);
  const sequence = event.timeStamp - pendingAt < SEQUENCE_MS && pending !== '' ? `${pending} ${key}` : key;
  const found = all.findLast(({ keys }) => keys === sequence) ?? all.findLast(({ keys }) => keys === key);
  pending = found === undefined && all.some(({ keys }) => keys.startsWith(`${key} `)) ? key : '';
  pendingAt = event.timeStamp;
  if (found === undefined) return;
  event.preventDefault();
  found.run();
});

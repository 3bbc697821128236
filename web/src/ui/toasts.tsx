import { useRef } from 'react';
import { Icon } from '../app/icon';
import { createStore, useStore } from '../app/store';
import { texts } from '../texts/texts';
import { useShortcuts } from './shortcuts';

export interface Toast {
  text: string;
  /** `problem` stays until it is closed. */
  tone?: 'plain' | 'problem';
  /** Takes back what was done. */
  undo?: () => void;
  /** How long it stands, ms; as long as undo is possible, where it is. */
  for_ms?: number;
}

interface Shown extends Toast {
  id: number;
}

const SHOWN_MS = 6_000;
/** More at once nobody reads; the oldest go. */
const AT_ONCE = 4;

const toasts$ = createStore<readonly Shown[]>([]);
let nextId = 1;

const remove = (id: number): void => toasts$.set(toasts$.get().filter(toast => toast.id !== id));

/** Says what was done, at the edge of the screen, with a way back where there is one. @returns takes it away early */
export const showToast = (toast: Toast): (() => void) => {
  const id = nextId++;
  toasts$.set([...toasts$.get(), { ...toast, id }].slice(-AT_ONCE));
  if (toast.tone !== 'problem') window.setTimeout(() => remove(id), toast.for_ms ?? SHOWN_MS);
  return () => remove(id);
};

/** Stands once, in the frame. What appears is told to screen readers. */
export const Toasts = () => {
  const toasts = useStore(toasts$);
  const newest = useRef<Shown>(undefined);
  newest.current = toasts.findLast(({ undo }) => undo);
  const undo = (toast: Shown | undefined): void => {
    if (toast === undefined) return;
    toast.undo?.();
    remove(toast.id);
  };
  useShortcuts(texts.shortcuts.everywhere, [{ keys: 'z', text: texts.shortcuts.undo, run: () => undo(newest.current) }]);
  return (
    <section className="toasts" aria-label={texts.toasts} aria-live="polite">
      {toasts.map(toast => (
        <div key={toast.id} className={`toast toast-${toast.tone ?? 'plain'}`}>
          <p>{toast.text}</p>
          {toast.undo && (
            <button type="button" className="button small" onClick={() => undo(toast)}>
              {texts.undo}
            </button>
          )}
          <button
            type="button"
            className="icon-button plain small"
            aria-label={texts.close}
            title={texts.close}
            onClick={() => remove(toast.id)}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
    </section>
  );
};

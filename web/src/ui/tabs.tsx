import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { setQuery, useLocation } from '../app/location';

export interface Tab {
  key: string;
  text: string;
  content: () => ReactNode;
}

/** Several views of one thing; which one is in the address. Arrows go from tab to tab. */
export const Tabs = ({ label, tabs, param = 'tab' }: { label: string; tabs: readonly Tab[]; param?: string }) => {
  const id = useId();
  const { query } = useLocation();
  const current = tabs.find(({ key }) => key === query.get(param)) ?? tabs[0];
  const list = useRef<HTMLDivElement>(null);
  const shown = current?.key;
  // Where they do not fit, the one that is open is in sight.
  useEffect(() => {
    list.current?.querySelector(`[data-tab="${shown}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown]);
  if (current === undefined) return null;
  const choose = (tab: Tab): void => setQuery({ [param]: tab === tabs[0] ? undefined : tab.key });
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs[(tabs.indexOf(current) + step + tabs.length) % tabs.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    choose(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.key}"]`)?.focus();
  };
  return (
    <div className="tabs">
      <div ref={list} className="tab-list" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {tabs.map(tab => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            className="tab"
            id={`${id}-${tab.key}`}
            data-tab={tab.key}
            aria-selected={tab === current}
            aria-controls={`${id}-panel`}
            tabIndex={tab === current ? 0 : -1}
            onClick={() => choose(tab)}
          >
            {tab.text}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${current.key}`} className="tab-panel">
        {current.content()}
      </div>
    </div>
  );
};

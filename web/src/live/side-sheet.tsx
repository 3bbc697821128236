import { type ReactNode, useEffect, useState } from 'react';
import { Icon } from '../app/icon';
import { texts } from '../texts/texts';

type Height = 'peek' | 'half' | 'full';
const HIGHER: Readonly<Record<Height, Height>> = { peek: 'half', half: 'full', full: 'full' };
const LOWER: Readonly<Record<Height, Height>> = { peek: 'peek', half: 'peek', full: 'half' };
const DRAG_PX = 24;

/** A column on wide screens, a sheet of three heights on phones: the alerts, with the selected vehicle above or instead of them. */
export const SideSheet = ({ vehicle, children }: { vehicle: ReactNode | undefined; children: ReactNode }) => {
  const [height, setHeight] = useState<Height>('half');
  const selected = vehicle !== undefined;
  useEffect(() => {
    if (selected) setHeight(now => (now === 'peek' ? 'half' : now));
  }, [selected]);

  return (
    <aside className={`sheet sheet-${height} ${selected ? 'with-vehicle' : ''}`} id="alerts">
      <div
        className="sheet-handle"
        onPointerDown={({ clientY, currentTarget, pointerId, target }) => {
          // To capture the pointer would take the click from the buttons.
          if ((target as Element).closest('button')) return;
          currentTarget.setPointerCapture(pointerId);
          currentTarget.dataset.from = String(clientY);
        }}
        onPointerUp={({ clientY, currentTarget }) => {
          const moved = clientY - Number(currentTarget.dataset.from ?? clientY);
          delete currentTarget.dataset.from;
          if (Math.abs(moved) >= DRAG_PX) setHeight(now => (moved < 0 ? HIGHER[now] : LOWER[now]));
        }}
      >
        <button
          type="button"
          className="sheet-grip"
          aria-label={texts.feed.collapse}
          disabled={height === 'peek'}
          onClick={() => setHeight(LOWER[height])}
        >
          <Icon name="down" />
        </button>
        <span className="sheet-bar" aria-hidden="true" />
        <button
          type="button"
          className="sheet-grip"
          aria-label={texts.feed.expand}
          disabled={height === 'full'}
          onClick={() => setHeight(HIGHER[height])}
        >
          <Icon name="up" />
        </button>
      </div>
      {vehicle}
      {children}
    </aside>
  );
};

import { Icon } from '../app/icon';
import { setQuery, useLocation } from '../app/location';
import { texts } from '../texts/texts';
import { useShortcuts } from '../ui/shortcuts';
import { LinkBadge } from './link-badge';

/** For a screen on the wall: large, without the frame. The same button, or Escape, leads back. */
export const WallButton = () => {
  const { query } = useLocation();
  const wall = query.get('wall') === '1';
  const set = (on: boolean): void => setQuery({ wall: on ? '1' : undefined });
  useShortcuts(texts.nav.live, [
    { keys: 'w', text: texts.live.wall, run: () => set(!wall) },
    ...(wall ? [{ keys: 'Escape', text: texts.live.leaveWall, run: () => set(false) }] : []),
  ]);
  const label = wall ? texts.live.leaveWall : texts.live.wall;
  return (
    <div className="wall-tools">
      {wall && <LinkBadge />}
      <button type="button" className="icon-button" aria-label={label} title={label} onClick={() => set(!wall)}>
        <Icon name={wall ? 'close' : 'system'} />
      </button>
    </div>
  );
};

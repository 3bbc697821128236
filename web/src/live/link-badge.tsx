import { useStore } from '../app/store';
import { duration } from '../format/time';
import { texts } from '../texts/texts';
import { useFleet } from './fleet';

/** Whether what is seen is live. */
export const LinkBadge = () => {
  const fleet = useFleet();
  const link = useStore(fleet.link);
  const behind_s = useStore(fleet.behind_s);
  if (link === 'connected' && behind_s > 0) {
    return (
      <span className="link-badge behind" role="status" title={texts.live.behindExplained} data-testid="link" data-link="behind">
        <span className="link-dot" aria-hidden="true" />
        <span className="link-text">{texts.live.behind(duration(behind_s))}</span>
      </span>
    );
  }
  return (
    <span className={`link-badge ${link}`} role="status" title={texts.linkExplained[link]} data-testid="link" data-link={link}>
      <span className="link-dot" aria-hidden="true" />
      <span className="link-text">{texts.link[link]}</span>
    </span>
  );
};

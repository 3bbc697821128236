import { useStore } from '../app/store';
import { texts } from '../texts/texts';
import { useFleet } from './fleet';

/** Whether what is seen is live. */
export const LinkBadge = () => {
  const link = useStore(useFleet().link);
  return (
    <span className={`link-badge ${link}`} role="status" title={texts.linkExplained[link]} data-testid="link" data-link={link}>
      <span className="link-dot" aria-hidden="true" />
      <span className="link-text">{texts.link[link]}</span>
    </span>
  );
};

import type { MouseEvent, ReactNode } from 'react';
import { navigate } from './location';

/** A link within the dashboard: a real one for new tabs and screen readers, without loading the page anew. */
export const Link = ({
  to,
  className,
  label,
  title,
  current = false,
  onFollow,
  children,
}: {
  to: string;
  className?: string;
  /** For screen readers, where the content does not say it. */
  label?: string;
  title?: string;
  current?: boolean;
  onFollow?: (() => void) | undefined;
  children: ReactNode;
}) => {
  const follow = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    navigate(to);
    onFollow?.();
  };
  return (
    <a
      href={to}
      className={className}
      aria-label={label}
      title={title}
      onClick={follow}
      aria-current={current ? 'page' : undefined}
    >
      {children}
    </a>
  );
};

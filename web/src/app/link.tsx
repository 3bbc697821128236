import type { MouseEvent, ReactNode } from 'react';
import { navigate } from './location';

/** A link within the dashboard: a real one for new tabs and screen readers, without loading the page anew. */
export const Link = ({
  to,
  className,
  current = false,
  children,
}: {
  to: string;
  className?: string;
  current?: boolean;
  children: ReactNode;
}) => {
  const follow = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a href={to} className={className} onClick={follow} aria-current={current ? 'page' : undefined}>
      {children}
    </a>
  );
};

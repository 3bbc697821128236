import type { ReactNode } from 'react';
import { RefusedError } from '../api/request';
import { Notice } from '../app/notice';
import type { Loaded } from '../app/use-loaded';
import { texts } from '../texts/texts';

/** What was loaded, or what stands in its place: a sign that it is under way, or why not and a way to try again. */
export const Loading = <T,>({
  of,
  onRetry,
  failed,
  children,
}: {
  of: Loaded<T>;
  onRetry: () => void;
  /** A sentence for when it cannot be had. */
  failed: string;
  children: (value: T) => ReactNode;
}) => {
  if (of.state === 'loading') return <Notice busy title={texts.loading} />;
  if (of.state === 'failed') return <Notice title={failed} hint={reasonOf(of.error)} onRetry={onRetry} />;
  return children(of.value);
};

/** What the server says of a refusal, or that it did not answer. */
export const reasonOf = (error: unknown): string => (error instanceof RefusedError ? error.detail : texts.unreachable);

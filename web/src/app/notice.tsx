import { texts } from '../texts/texts';

/** What stands where there is nothing to show: loading, empty, failed. */
export const Notice = ({
  title,
  hint,
  busy = false,
  onRetry,
}: {
  title: string;
  hint?: string;
  busy?: boolean;
  onRetry?: () => void;
}) => (
  <div className="notice" role={onRetry ? 'alert' : 'status'} aria-busy={busy}>
    {busy && <span className="spinner" aria-hidden="true" />}
    <p className="notice-title">{title}</p>
    {hint && <p className="notice-hint">{hint}</p>}
    {onRetry && (
      <button type="button" className="button" onClick={onRetry}>
        {texts.retry}
      </button>
    )}
  </div>
);

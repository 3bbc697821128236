import { useMemo, useState } from 'react';
import type { Alert, Severity } from '../api/wire-types';
import { setQuery } from '../app/location';
import { Notice } from '../app/notice';
import { useStore } from '../app/store';
import { useFleet } from '../live/fleet';
import { useLiveFilters } from '../live/live-filters';
import { texts } from '../texts/texts';
import { AlertGroupItem } from './alert-group-item';
import { groupAlerts, isAtLeast } from './group-alerts';

const SEVERITY_CHOICES: readonly [Severity, string][] = [
  ['info', texts.feed.anySeverity],
  ['warning', texts.feed.fromWarning],
  ['critical', texts.feed.onlyCritical],
];
/** Groups on the screen at first, and how many more at a time: a list of thousands helps nobody and costs frames. */
const STEP = 60;

/** What wants attention, newest first. */
export const AlertFeed = ({ onShowAlert }: { onShowAlert: (alert: Alert) => void }) => {
  const { alerts: book, acknowledger } = useFleet();
  const { alerts, loading, older } = useStore(book.state);
  const pending = useStore(acknowledger.pending);
  const { allAlerts, leastSeverity } = useLiveFilters();
  const [limit, setLimit] = useState(STEP);

  const open = useMemo(
    () => alerts.filter(({ status, id }) => status === 'open' && !isTaken(pending.get(id)?.state)),
    [alerts, pending],
  );
  const groups = useMemo(() => {
    // What is being acknowledged stays where it is until it is done, and a moment longer.
    const wanted = alerts.filter(
      alert => isAtLeast(alert.severity, leastSeverity) && (allAlerts || alert.status === 'open' || pending.has(alert.id)),
    );
    return groupAlerts(wanted);
  }, [alerts, pending, allAlerts, leastSeverity]);

  return (
    <section className="feed" aria-label={texts.feed.title}>
      <header className="feed-head">
        <h2>
          {texts.feed.title}
          <span className="feed-count" data-testid="open-alerts" data-count={open.length} title={texts.feed.count(open.length)}>
            {open.length}
          </span>
        </h2>
        <fieldset className="segments small">
          <legend className="visually-hidden">{texts.feed.which}</legend>
          {[false, true].map(all => (
            <label key={String(all)} className="segment">
              <input
                type="radio"
                name="which-alerts"
                checked={allAlerts === all}
                onChange={() => setQuery({ alerts: all ? 'all' : undefined })}
              />
              <span>{all ? texts.feed.all : texts.feed.open}</span>
            </label>
          ))}
        </fieldset>
        <select
          className="select small"
          aria-label={texts.feed.severity}
          value={leastSeverity}
          onChange={event => setQuery({ severity: event.target.value === 'info' ? undefined : event.target.value })}
        >
          {SEVERITY_CHOICES.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </header>
      <div className="feed-body">
        {groups.length > 0 && (
          <ol className="feed-list" data-testid="alert-feed">
            {groups.slice(0, limit).map(group => (
              <AlertGroupItem key={group.key} group={group} onShowAlert={onShowAlert} />
            ))}
          </ol>
        )}
        {groups.length === 0 && loading === 'first' && <Notice busy title={texts.loading} />}
        {groups.length === 0 && loading === 'failed' && <Notice title={texts.feed.failed} onRetry={() => void book.load()} />}
        {groups.length === 0 && loading === 'ready' && <NothingHere filtered={leastSeverity !== 'info'} all={allAlerts} />}
        {groups.length > limit ? (
          <button type="button" className="button feed-more" onClick={() => setLimit(limit + STEP)}>
            {texts.feed.older}
          </button>
        ) : (
          older !== null &&
          loading !== 'first' && (
            <button
              type="button"
              className="button feed-more"
              disabled={loading === 'older'}
              onClick={() => void book.loadOlder()}
            >
              {loading === 'older' ? texts.feed.loadingOlder : texts.feed.older}
            </button>
          )
        )}
      </div>
    </section>
  );
};

const isTaken = (state: string | undefined): boolean => state !== undefined && state !== 'failed';

const NothingHere = ({ filtered, all }: { filtered: boolean; all: boolean }) => {
  if (filtered) return <Notice title={texts.feed.noneMatch} />;
  return <Notice title={all ? texts.feed.noneYet : texts.feed.none} hint={texts.feed.noneHint} />;
};

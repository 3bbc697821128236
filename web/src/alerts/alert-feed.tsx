import { startTransition, useEffect, useMemo, useState } from 'react';
import type { Alert, Severity } from '../api/wire-types';
import { setQuery } from '../app/location';
import { Notice } from '../app/notice';
import { useStore } from '../app/store';
import { useFleet } from '../live/fleet';
import { type FeedView, useLiveFilters } from '../live/live-filters';
import { useInGroup } from '../live/use-in-group';
import { texts } from '../texts/texts';
import { Segments } from '../ui/segments';
import { AlertGroupItem } from './alert-group-item';
import { groupAlerts, isAtLeast } from './group-alerts';

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];
/** Groups on the screen at first, and how many more at a time: a list of thousands helps nobody and costs frames. */
const STEP = 60;
/** What fits a screen comes at once, the rest of the first step when the browser has time. */
const AT_ONCE = 12;
const REST_AFTER_MS = 250;

/** What wants attention, newest first. */
export const AlertFeed = ({ onShowAlert }: { onShowAlert: (alert: Alert) => void }) => {
  const { alerts: book, actions } = useFleet();
  const { alerts, loading, older } = useStore(book.state);
  const pending = useStore(actions.pending);
  const { feed, leastSeverity } = useLiveFilters();
  const inGroup = useInGroup();
  const [limit, setLimit] = useState(AT_ONCE);

  const open = useMemo(
    () =>
      alerts.filter(
        ({ status, id, vehicle }) => status === 'open' && inGroup(vehicle) && (pending.get(id)?.state ?? 'failed') === 'failed',
      ),
    [alerts, pending, inGroup],
  );
  const counts = useMemo(() => SEVERITIES.map(least => open.filter(({ severity }) => isAtLeast(severity, least)).length), [open]);
  const groups = useMemo(() => {
    // What is being handled stays where it is until it is done, and a moment longer.
    const shows = ({ status, id }: Alert): boolean => feed === 'all' || pending.has(id) || status === feed;
    return groupAlerts(
      alerts.filter(alert => isAtLeast(alert.severity, leastSeverity) && inGroup(alert.vehicle) && shows(alert)),
    );
  }, [alerts, pending, feed, leastSeverity, inGroup]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice is another list
  useEffect(() => setLimit(AT_ONCE), [feed, leastSeverity]);
  const more = limit === AT_ONCE && groups.length > AT_ONCE;
  useEffect(() => {
    if (!more) return;
    const timer = window.setTimeout(() => startTransition(() => setLimit(STEP)), REST_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, [more]);

  return (
    <section className="feed" aria-label={texts.feed.title}>
      <header className="feed-head">
        <h2>
          {texts.feed.title}
          <span className="feed-count" data-testid="open-alerts" data-count={open.length} title={texts.feed.count(open.length)}>
            {open.length}
          </span>
        </h2>
        <Segments
          small
          label={texts.feed.which}
          value={feed}
          choices={Object.entries(texts.feed.views) as [FeedView, string][]}
          onChange={view => setQuery({ alerts: view === 'open' ? undefined : view })}
        />
        <Segments
          small
          label={texts.feed.severity}
          value={leastSeverity}
          choices={SEVERITIES.map((severity, n) => [severity, texts.feed.atLeast(severity, counts[n]!)] as const)}
          onChange={least => setQuery({ severity: least === 'info' ? undefined : least })}
        />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <section className="feed-body" aria-label={texts.feed.list} tabIndex={0}>
        {groups.length > 0 && (
          <ol className="feed-list" data-testid="alert-feed">
            {groups.slice(0, limit).map(group => (
              <AlertGroupItem key={group.key} group={group} onShowAlert={onShowAlert} />
            ))}
          </ol>
        )}
        {groups.length === 0 && loading === 'first' && <Notice busy title={texts.loading} />}
        {groups.length === 0 && loading === 'failed' && <Notice title={texts.feed.failed} onRetry={() => void book.load()} />}
        {groups.length === 0 && loading === 'ready' && <NothingHere filtered={leastSeverity !== 'info'} view={feed} />}
        {groups.length > limit && !more ? (
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
      </section>
    </section>
  );
};

const NothingHere = ({ filtered, view }: { filtered: boolean; view: FeedView }) => {
  if (filtered) return <Notice title={texts.feed.noneMatch} />;
  return <Notice title={texts.feed.none[view]} hint={view === 'open' ? texts.feed.noneHint : undefined} />;
};

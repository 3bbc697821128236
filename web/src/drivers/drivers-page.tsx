import { useCallback } from 'react';
import { getAll } from '../api/get-all';
import type { Scorecard } from '../api/wire-types';
import { Notice } from '../app/notice';
import { useLoaded } from '../app/use-loaded';
import { texts } from '../texts/texts';
import { ScorecardTable } from './scorecard-table';

/** How the drivers drove: the summary that a coach starts from. */
const DriversPage = () => {
  const [loaded, retry] = useLoaded(useCallback(() => getAll<Scorecard>('/scorecards'), []));
  return (
    <main className="page">
      <header className="page-head">
        <h1>{texts.drivers.title}</h1>
        <p className="muted">{texts.drivers.lead}</p>
      </header>
      {loaded.state === 'loading' && <Notice busy title={texts.loading} />}
      {loaded.state === 'failed' && <Notice title={texts.drivers.failed} onRetry={retry} />}
      {loaded.state === 'ready' &&
        (loaded.value.length === 0 ? (
          <Notice title={texts.drivers.empty} hint={texts.drivers.emptyHint} />
        ) : (
          <ScorecardTable cards={loaded.value} />
        ))}
    </main>
  );
};

export default DriversPage;

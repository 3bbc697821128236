import { Suspense, useEffect, useMemo } from 'react';
import type { Session } from '../api/wire-types';
import { createFleet, FleetContext, useFleet } from '../live/fleet';
import { texts } from '../texts/texts';
import { Toasts } from '../ui/toasts';
import { Attention } from './attention';
import { CriticalAnnouncer } from './critical-announcer';
import { Header } from './header';
import { useLocation } from './location';
import { Notice } from './notice';
import { PageErrors } from './page-errors';
import { pagesFor } from './routes';

/** The dashboard of somebody who is logged in: one connection, several pages. */
export const LoggedIn = ({ session, onLogOut }: { session: Session; onLogOut: () => void }) => {
  const fleet = useMemo(() => createFleet(session), [session]);
  const { query } = useLocation();
  useEffect(() => (fleet.may('live.read') ? fleet.start() : undefined), [fleet]);
  const wall = query.get('wall') === '1';
  return (
    <FleetContext value={fleet}>
      <div className={wall ? 'frame wall' : 'frame'}>
        <a className="skip-link" href="#main">
          {texts.skipToContent}
        </a>
        {!wall && <Header onLogOut={onLogOut} />}
        <CurrentPage />
        <CriticalAnnouncer />
        <Attention />
        <Toasts />
      </div>
    </FleetContext>
  );
};

const CurrentPage = () => {
  const { may } = useFleet();
  const { path } = useLocation();
  const [, first = '', ...rest] = path.split('/').map(decodeURIComponent);
  const pages = pagesFor(may);
  // Who drives sees what is their own: their trips, not the fleet. What is not theirs, or nowhere, is the first that is.
  const route = pages.find(page => page.path === first) ?? pages[0];
  if (route === undefined) {
    return (
      <main id="main" className="page-centre">
        <Notice title={texts.nothingToSee} />
      </main>
    );
  }
  const { page: Shown } = route;
  return (
    <PageErrors key={route.path}>
      <Suspense
        fallback={
          <main id="main" className="page-centre">
            <Notice busy title={texts.loading} />
          </main>
        }
      >
        <Shown rest={route.path === first ? rest : []} />
      </Suspense>
    </PageErrors>
  );
};

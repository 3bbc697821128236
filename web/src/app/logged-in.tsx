import { useEffect, useMemo } from 'react';
import type { Session } from '../api/wire-types';
import { DriversPage } from '../drivers/drivers-page';
import { createFleet, FleetContext, useFleet } from '../live/fleet';
import { LivePage } from '../live/live-page';
import { TripPage } from '../trips/trip-page';
import { TripsPage } from '../trips/trips-page';
import { CriticalAnnouncer } from './critical-announcer';
import { Header } from './header';
import { useLocation } from './location';

/** The dashboard of somebody who is logged in: one connection, several pages. */
export const LoggedIn = ({ session, onLogOut }: { session: Session; onLogOut: () => void }) => {
  const fleet = useMemo(() => createFleet(session), [session]);
  useEffect(() => (fleet.may('live.read') ? fleet.start() : undefined), [fleet]);
  return (
    <FleetContext value={fleet}>
      <div className="frame">
        <Header onLogOut={onLogOut} />
        <Page />
        <CriticalAnnouncer />
      </div>
    </FleetContext>
  );
};

const Page = () => {
  const { may } = useFleet();
  const { path } = useLocation();
  const [, page, id] = path.split('/');
  if (page === 'trips') return id ? <TripPage key={id} id={decodeURIComponent(id)} /> : <TripsPage />;
  if (page === 'drivers') return <DriversPage />;
  // Who drives sees what is their own: their trips, not the fleet.
  return may('live.read') ? <LivePage /> : <TripsPage />;
};

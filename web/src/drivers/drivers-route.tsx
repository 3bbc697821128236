import { Notice } from '../app/notice';
import type { PageProps } from '../app/page-props';
import { useFleet } from '../live/fleet';
import { texts } from '../texts/texts';
import { DriverPage } from './driver-page';
import { DriversPage } from './drivers-page';

/** `/drivers`, and `/drivers/{id}`; who drives has their own alone. */
const DriversRoute = ({ rest: [id] }: PageProps) => {
  const { session } = useFleet();
  if (session.role === 'driver') {
    if (session.driver !== null) return <DriverPage key={session.driver} id={session.driver} own />;
    return (
      <main id="main" className="page-centre" tabIndex={-1}>
        <Notice title={texts.scorecard.noDriver} />
      </main>
    );
  }
  return id === undefined ? <DriversPage /> : <DriverPage key={id} id={id} />;
};

export default DriversRoute;

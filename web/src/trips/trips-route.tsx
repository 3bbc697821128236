import type { PageProps } from '../app/page-props';
import { TripPage } from './trip-page';
import { TripsPage } from './trips-page';

/** `/trips`, and `/trips/{id}`. */
const TripsRoute = ({ rest: [id] }: PageProps) => (id === undefined ? <TripsPage /> : <TripPage key={id} id={id} />);

export default TripsRoute;

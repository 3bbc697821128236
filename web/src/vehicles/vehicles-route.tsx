import type { PageProps } from '../app/page-props';
import { VehiclePage } from './vehicle-page';
import { VehiclesPage } from './vehicles-page';

/** `/vehicles`, and `/vehicles/{id}`. */
const VehiclesRoute = ({ rest: [id] }: PageProps) => (id === undefined ? <VehiclesPage /> : <VehiclePage key={id} id={id} />);

export default VehiclesRoute;

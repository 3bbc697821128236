import type { Schema } from '../api/client';
import { texts } from '../texts/texts';

/** How urgent it is, in a word and a colour. */
export const HealthSign = ({ state }: { state: Schema<'VehicleHealth'>['state'] }) => (
  <span className={`health-sign health-${state}`}>{texts.health.state[state]}</span>
);

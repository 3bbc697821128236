import { texts } from '../texts/texts';
import type { HealthState } from './health-wire';

/** How urgent it is, in a word and a colour. */
export const HealthSign = ({ state }: { state: HealthState }) => (
  <span className={`health-sign health-${state}`}>{texts.health.state[state]}</span>
);

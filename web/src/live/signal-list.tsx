import type { VehicleState } from '../api/wire-types';
import { useNow } from '../app/use-now';
import { quantity } from '../format/quantity';
import { ago, exactTime } from '../format/time';
import { texts } from '../texts/texts';

/** Older than this, a value is history: it is shown, but not as if it were now. */
const STALE_MS = 60_000;

/** The newest value of each signal, with its unit and its age. */
export const SignalList = ({ signals }: Pick<VehicleState, 'signals'>) => {
  const now = useNow(1_000);
  const entries = Object.entries(signals).sort(([a], [b]) => signalName(a).localeCompare(signalName(b)));
  if (entries.length === 0) return <p className="muted vehicle-none">{texts.vehicle.noSignals}</p>;
  return (
    <ul className="signals">
      {entries.map(([name, { value, unit, ts }]) => (
        <li key={name} className={now - Date.parse(ts) > STALE_MS ? 'signal stale' : 'signal'}>
          <span className="signal-name">{signalName(name)}</span>
          <span className="signal-value">{signalText(value, unit)}</span>
          <time className="signal-age" title={exactTime(ts)}>
            {ago(ts, now)}
          </time>
        </li>
      ))}
    </ul>
  );
};

/** A signal without a name of its own tells its key in words. */
export const signalName = (key: string): string =>
  texts.signal[key] ?? key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ');

export const signalText = (value: number, unit: string | null): string =>
  unit === 'bool' ? (value ? texts.vehicle.on : texts.vehicle.off) : quantity(value, unit);

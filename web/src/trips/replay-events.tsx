import { SeveritySign } from '../alerts/severity-sign';
import type { Replay } from '../api/wire-types';
import { quantity } from '../format/quantity';
import { clockTime, duration } from '../format/time';
import { StatusSign } from '../live/status-sign';
import { texts } from '../texts/texts';

/** Alerts and stops of the trip in order; each jumps to its moment. */
export const ReplayEvents = ({ replay, at, onSeek }: { replay: Replay; at: number; onSeek: (at: number) => void }) => {
  const alerts = replay.alerts.map(alert => ({
    key: alert.id,
    time: Date.parse(alert.occurred_at),
    sign: <SeveritySign severity={alert.severity} />,
    text: texts.kind[alert.kind],
    detail: alert.value !== null && alert.unit !== null ? quantity(alert.value, alert.unit) : '',
  }));
  const stops = replay.stops.map(stop => ({
    key: `stop ${stop.from}`,
    time: Date.parse(stop.from),
    sign: <StatusSign status="parked" />,
    text: texts.replay.stop,
    detail: duration(stop.duration_s),
  }));
  const events = [...alerts, ...stops].sort((a, b) => a.time - b.time);
  if (events.length === 0) return <p className="muted">{texts.replay.noEvents}</p>;
  const current = events.findLast(({ time }) => time <= at);
  return (
    <ol className="replay-events">
      {events.map(event => (
        <li key={event.key}>
          <button
            type="button"
            className="replay-event"
            aria-current={event === current ? 'time' : undefined}
            onClick={() => onSeek(event.time)}
          >
            {event.sign}
            <span>{event.text}</span>
            <span className="muted">{event.detail}</span>
            <span className="replay-time">{clockTime(event.time)}</span>
          </button>
        </li>
      ))}
    </ol>
  );
};

import { SeveritySign } from '../alerts/severity-sign';
import { Icon } from '../app/icon';
import { clockTime, exactTime } from '../format/time';
import { StatusSign } from '../live/status-sign';
import { texts } from '../texts/texts';
import type { TripEvent } from './trip-events';

/** Alerts and stops of the trip in order; each jumps to its moment. An alert also says why it was raised. */
export const ReplayEvents = ({
  events,
  current,
  onSeek,
  onWhy,
}: {
  events: readonly TripEvent[];
  current: TripEvent | undefined;
  onSeek: (at: number) => void;
  onWhy: (event: TripEvent) => void;
}) => {
  if (events.length === 0) return <p className="muted">{texts.replay.noEvents}</p>;
  return (
    <ol className="replay-events">
      {events.map(event => (
        <li key={event.key} className="replay-event-row">
          <button
            type="button"
            className="replay-event"
            aria-current={event === current ? 'time' : undefined}
            onClick={() => onSeek(event.at)}
          >
            {event.alert ? <SeveritySign severity={event.alert.severity} /> : <StatusSign status="parked" />}
            <span className="replay-event-text">
              <span>
                {event.text}
                {event.alert && event.alert.status !== 'open' && (
                  <span className={`tag status-tag-${event.alert.status}`}>{texts.alertStatus[event.alert.status]}</span>
                )}
              </span>
              <span className="muted">{event.detail}</span>
            </span>
            <time className="replay-time" title={exactTime(event.at)}>
              {clockTime(event.at)}
            </time>
          </button>
          {event.alert && (
            <button
              type="button"
              className="icon-button plain small"
              aria-label={texts.why.open(event.text, clockTime(event.at))}
              title={texts.why.title}
              onClick={() => onWhy(event)}
            >
              <Icon name="why" />
            </button>
          )}
        </li>
      ))}
    </ol>
  );
};

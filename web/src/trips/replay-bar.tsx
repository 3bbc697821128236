import type { ReactNode } from 'react';
import { Icon, type IconName } from '../app/icon';
import { clockTime, exactTime } from '../format/time';
import { texts } from '../texts/texts';
import type { Track } from './track';
import type { TripEvent } from './trip-events';
import { type ReplayClock, SPEEDS } from './use-replay-clock';

const KEY_STEP_MS = 1_000;

/** Play, how fast, and where in the trip, with a mark for each event. */
export const ReplayBar = ({
  track,
  events,
  clock,
  onStep,
  children,
}: {
  track: Track;
  events: readonly TripEvent[];
  clock: ReplayClock;
  /** To the event before or after. */
  onStep: (direction: -1 | 1) => void;
  children: ReactNode;
}) => {
  const span = track.to - track.from || 1;
  const placeOf = (at: number): string => `${Math.min(100, Math.max(0, ((at - track.from) / span) * 100))}%`;
  return (
    <section className="replay-bar" aria-label={texts.replay.title}>
      <div className="replay-buttons">
        <BarButton
          icon="previousEvent"
          label={texts.replay.previousEvent}
          onPress={() => onStep(-1)}
          disabled={events.length === 0}
        />
        <BarButton
          icon={clock.playing ? 'pause' : 'play'}
          label={clock.playing ? texts.replay.pause : texts.replay.play}
          className="replay-play"
          disabled={track.to <= track.from}
          onPress={clock.toggle}
        />
        <BarButton icon="nextEvent" label={texts.replay.nextEvent} onPress={() => onStep(1)} disabled={events.length === 0} />
        <select
          className="select small"
          aria-label={texts.replay.speed}
          value={clock.speed}
          onChange={event => clock.setSpeed(Number(event.target.value))}
        >
          {SPEEDS.map(speed => (
            <option key={speed} value={speed}>
              {speed}×
            </option>
          ))}
        </select>
      </div>
      {children}
      <div className="replay-scrub">
        <div className="replay-marks" aria-hidden="true">
          {events.map(({ key, at, alert, stop }) =>
            stop ? (
              <span
                key={key}
                className="replay-mark stop"
                style={{ left: placeOf(at), width: `${Math.max(0.2, (stop.duration_s * 100_000) / span)}%` }}
              />
            ) : (
              <span key={key} className={`replay-mark severity-${alert?.severity}`} style={{ left: placeOf(at) }} />
            ),
          )}
        </div>
        <input
          type="range"
          aria-label={texts.replay.scrub}
          aria-valuetext={clockTime(clock.at)}
          min={track.from}
          max={track.to}
          step={KEY_STEP_MS}
          value={clock.at}
          onChange={event => clock.seek(Number(event.target.value))}
        />
        <span className="replay-ends muted" aria-hidden="true">
          <time title={exactTime(track.from)}>{clockTime(track.from)}</time>
          <time title={exactTime(track.to)}>{clockTime(track.to)}</time>
        </span>
      </div>
    </section>
  );
};

const BarButton = ({
  icon,
  label,
  className = '',
  disabled,
  onPress,
}: {
  icon: IconName;
  label: string;
  className?: string;
  disabled: boolean;
  onPress: () => void;
}) => (
  <button
    type="button"
    className={`icon-button ${className}`}
    aria-label={label}
    title={label}
    disabled={disabled}
    onClick={onPress}
  >
    <Icon name={icon} />
  </button>
);

import type { ReactNode } from 'react';
import type { Alert } from '../api/wire-types';
import { Icon } from '../app/icon';
import { clockTime } from '../format/time';
import { texts } from '../texts/texts';
import { SpeedChart } from './speed-chart';
import type { Track } from './track';
import type { ReplayClock } from './use-replay-clock';

const SPEEDS = [1, 5, 10, 30, 60, 300];
const KEY_STEP_MS = 1_000;

/** Play, and where in the trip: a slider under the curve of the speed. */
export const ReplayBar = ({
  track,
  alerts,
  clock,
  children,
}: {
  track: Track;
  alerts: readonly Alert[];
  clock: ReplayClock;
  children: ReactNode;
}) => (
  <section className="replay-bar" aria-label={texts.replay.title}>
    <button
      type="button"
      className="icon-button replay-play"
      aria-label={clock.playing ? texts.replay.pause : texts.replay.play}
      title={clock.playing ? texts.replay.pause : texts.replay.play}
      disabled={track.to <= track.from}
      onClick={clock.toggle}
    >
      <Icon name={clock.playing ? 'pause' : 'play'} />
    </button>
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
    {children}
    <div className="replay-scrub">
      <SpeedChart track={track} alerts={alerts} at={clock.at} />
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
    </div>
  </section>
);

import { useMemo } from 'react';
import type { Alert } from '../api/wire-types';
import { texts } from '../texts/texts';
import type { Track } from './track';

const WIDTH = 1_000;
const HEIGHT = 60;
const POINTS = 500;

/** The speed over the trip as one shape, with a mark for each alert and a line where the replay is. */
export const SpeedChart = ({ track, alerts, at }: { track: Track; alerts: readonly Alert[]; at: number }) => {
  const span = track.to - track.from || 1;
  const xOf = (time: number): number => ((time - track.from) / span) * WIDTH;
  const area = useMemo(() => areaOf(track), [track]);
  return (
    <svg
      className="speed-chart"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={texts.replay.chart}
    >
      <title>{texts.replay.chart}</title>
      <path className="speed-area" d={area} />
      {alerts.map(({ id, severity, occurred_at }) => (
        <rect key={id} className={`severity-${severity}`} x={xOf(Date.parse(occurred_at)) - 1.5} y="0" width="3" height="14" />
      ))}
      <rect className="speed-cursor" x={xOf(at) - 1} y="0" width="2" height={HEIGHT} />
    </svg>
  );
};

/** Of each slice of the trip the highest speed: a chart of a thousand pixels needs no more, and no peak is lost. */
const areaOf = ({ ts, speeds, from, to, maxSpeed }: Track): string => {
  const peaks = new Array<number>(POINTS).fill(0);
  const span = to - from || 1;
  ts.forEach((time, n) => {
    const slot = Math.min(POINTS - 1, Math.floor(((time - from) / span) * POINTS));
    peaks[slot] = Math.max(peaks[slot]!, speeds[n] ?? 0);
  });
  // An empty slice between two points continues the one before.
  for (let n = 1; n < POINTS; n++) if (peaks[n] === 0 && ts.length < POINTS) peaks[n] = peaks[n - 1]!;
  const steps = peaks.map(
    (speed, n) => `L${((n / (POINTS - 1)) * WIDTH).toFixed(1)} ${(HEIGHT - (speed / (maxSpeed || 1)) * (HEIGHT - 8)).toFixed(1)}`,
  );
  return `M0 ${HEIGHT}${steps.join('')}L${WIDTH} ${HEIGHT}Z`;
};

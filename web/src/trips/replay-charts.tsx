import { useMemo } from 'react';
import { quantity } from '../format/quantity';
import { texts } from '../texts/texts';
import { Chart } from '../ui/chart';
import type { ChartMark, ChartSeries } from '../ui/chart-canvas';
import { chartColumns } from './chart-columns';
import type { Measured, Moment, Track } from './track';
import type { TripEvent } from './trip-events';

const MEASURED: readonly { name: Measured; unit: string; colour: string; area?: boolean; range?: readonly [number, number] }[] = [
  { name: 'speed_kmh', unit: 'km/h', colour: '--accent', area: true, range: [0, 10] },
  { name: 'engine_rpm', unit: 'rpm', colour: '--info', range: [0, 1_000] },
  { name: 'acceleration', unit: 'm/s2', colour: '--warning', range: [-2, 2] },
  { name: 'throttle_position', unit: '%', colour: '--good', range: [0, 100] },
];

/** What was measured, each with an axis of its own, below one clock. What was never sent has no chart. */
export const ReplayCharts = ({
  track,
  events,
  at,
  moment,
  onSeek,
}: {
  track: Track;
  events: readonly TripEvent[];
  at: number;
  moment: Moment;
  onSeek: (at: number) => void;
}) => {
  const marks = useMemo(
    () =>
      events.flatMap(({ at: time, alert }): ChartMark[] =>
        alert ? [{ at: time, colour: alert.severity === 'info' ? '--info' : `--${alert.severity}` }] : [],
      ),
    [events],
  );
  const { times, columns } = useMemo(() => chartColumns(track), [track]);
  const charts = useMemo(
    () =>
      MEASURED.filter(({ name }) => columns[name].some(value => value !== null)).map(({ name, unit, colour, area, range }) => ({
        name,
        unit,
        range,
        series: [
          { name: texts.replay.measured[name], unit, values: columns[name], colour, area: area ?? false },
        ] satisfies ChartSeries[],
      })),
    [columns],
  );
  if (charts.length === 0) return null;
  return (
    <div className="replay-charts">
      {charts.map(({ name, unit, series, range }, n) => (
        <figure key={name}>
          <figcaption>
            {texts.replay.measured[name]} <strong>{quantity(moment[name], unit)}</strong>
          </figcaption>
          <Chart
            label={texts.replay.measured[name]}
            times={times}
            series={series}
            height={n === charts.length - 1 ? 100 : 76}
            timeAxis={n === charts.length - 1}
            syncKey="replay"
            marks={marks}
            at={at}
            onSeek={onSeek}
            {...(range && { range })}
          />
        </figure>
      ))}
    </div>
  );
};

import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type Theme, useTheme } from '../app/theme';
import { decimal, quantity, toShown, unitSign } from '../format/quantity';
import { clockTime, dayTime, fleetZone, minuteTime, wireDay } from '../format/time';
import { texts } from '../texts/texts';

export interface ChartSeries {
  name: string;
  /** Of the wire; shown as preferred. */
  unit: string;
  values: readonly (number | null)[];
  /** A custom property of the style sheet: `--accent`. */
  colour?: string;
  /** Filled down to zero. */
  area?: boolean;
}

/** A moment worth seeing. */
export interface ChartMark {
  at: number;
  colour: string;
}

export interface ChartProps {
  /** What it is about, for screen readers. */
  label: string;
  /** ms since the epoch, ascending. */
  times: readonly number[];
  /** All of one unit: they share the axis. */
  series: readonly ChartSeries[];
  height: number;
  /** A line at this moment: the cursor of a replay. */
  at?: number;
  /** Press or drag: the moment below the pointer. */
  onSeek?: (at: number) => void;
  marks?: readonly ChartMark[];
  /** Charts of the same word show their cursors at the same moment. */
  syncKey?: string;
  /** Days, not moments: the axis has no times. */
  days?: boolean;
  /** Left out where another chart below has one. */
  timeAxis?: boolean;
  /** The axis reaches from here at least, in the wire's unit. */
  range?: readonly [min: number, max: number];
}

const LEFT_PX = 46;
const RIGHT_PX = 12;
/** Half of a day's name, `Sat 14 Nov`, which stands below the last point. */
const RIGHT_OF_DAYS_PX = 34;
/** From one day that is named to the next. */
const DAY_STEPS_S = [1, 2, 4, 7, 14, 28, 56, 91, 182, 365].map(days => days * 86_400);
/** Charts that go in step stand close: the name of each lies above its curve. */
const CAPTION_PX = 20;

/** uPlot in the colours, units and zone of the dashboard. A new one is made when its data or the theme changes; the cursor only moves. */
const ChartCanvas = (props: ChartProps) => {
  const { label, times, series, height, at } = props;
  const theme = useTheme();
  const frame = useRef<HTMLDivElement>(null);
  const cursor = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const newest = useRef(props);
  newest.current = props;

  const place = (): void => {
    const { at } = newest.current;
    const [made, line] = [plot.current, cursor.current];
    if (made === undefined || line === null) return;
    const left = at === undefined ? Number.NaN : made.valToPos(at / 1_000, 'x');
    line.hidden = !(left >= 0 && left <= made.over.clientWidth);
    line.style.transform = `translateX(${left + made.over.offsetLeft}px)`;
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: callbacks are looked up when they are called
  useEffect(() => {
    const holder = frame.current;
    if (holder === null) return;
    const made = new uPlot(optionsOf(newest.current, holder.clientWidth, theme, place), dataOf(newest.current), holder);
    plot.current = made;
    const stopSeeking = seekable(made, moment => newest.current.onSeek?.(moment));
    const observer = new ResizeObserver(() => {
      made.setSize({ width: holder.clientWidth, height });
      place();
    });
    observer.observe(holder);
    place();
    return () => {
      observer.disconnect();
      stopSeeking();
      made.destroy();
      plot.current = undefined;
    };
  }, [times, series, height, theme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `place` reads what is newest
  useEffect(place, [at]);

  return (
    <div
      className={['chart', props.onSeek && 'seekable', props.timeAxis === false && 'no-axis'].filter(Boolean).join(' ')}
      ref={frame}
      style={{ height }}
      role="img"
      aria-label={summaryOf(label, series)}
    >
      <div ref={cursor} className="chart-cursor" hidden />
    </div>
  );
};

const dataOf = ({ times, series }: ChartProps): uPlot.AlignedData => [
  times.map(time => time / 1_000),
  ...series.map(({ values, unit }) => values.map(value => (value === null ? null : toShown(value, unit)))),
];

const optionsOf = (props: ChartProps, width: number, theme: Theme, onDrawn: () => void): uPlot.Options => {
  const { series, height, marks = [], syncKey, days = false, timeAxis = true, range } = props;
  const styles = getComputedStyle(document.documentElement);
  const colour = (name: string): string => styles.getPropertyValue(name).trim();
  const font = `11px ${colour('--font')}`;
  const line = colour('--line');
  const unit = series[0]?.unit ?? '';
  const axis = { stroke: colour('--text-muted'), font, ticks: { show: false }, grid: { stroke: line, width: 1 } };
  return {
    width,
    height,
    padding: [syncKey === undefined ? 8 : CAPTION_PX, days ? RIGHT_OF_DAYS_PX : RIGHT_PX, timeAxis ? 0 : 6, 0],
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1_000), days ? 'UTC' : fleetZone()),
    legend: { show: series.length > 1 || syncKey !== undefined },
    cursor: {
      drag: { x: false, y: false },
      points: { size: 6 },
      y: false,
      ...(syncKey !== undefined && { sync: { key: syncKey, setSeries: false } }),
    },
    scales: {
      x: { time: true },
      y: {
        range: (_plot, min, max) => {
          const low = Math.min(
            min ?? 0,
            range ? toShown(range[0], unit) : (min ?? 0),
            series.some(({ area }) => area) ? 0 : (min ?? 0),
          );
          const high = Math.max(max ?? 1, range ? toShown(range[1], unit) : (max ?? 1));
          const pad = (high - low || 1) * 0.06;
          return [low === 0 ? 0 : low - pad, high + pad];
        },
      },
    },
    axes: [
      {
        ...axis,
        show: timeAxis,
        size: 26,
        // The name of a day is longer than a time, and stands once.
        space: days ? 92 : 70,
        ...(days && { incrs: DAY_STEPS_S }),
        values: (_plot, splits, _index, _space, step) =>
          splits.map(s =>
            days
              ? wireDay(new Date(s * 1_000).toISOString().slice(0, 10))
              : step < 60
                ? clockTime(s * 1_000)
                : step < 86_400
                  ? minuteTime(s * 1_000)
                  : dayTime(s * 1_000),
          ),
        grid: { show: false },
      },
      { ...axis, size: LEFT_PX, space: 26, values: (_plot, splits) => splits.map(value => decimal(value, 2)) },
    ],
    series: [
      {
        label: texts.chart.time,
        value: (_plot, s) =>
          s == null ? '' : days ? wireDay(new Date(s * 1_000).toISOString().slice(0, 10)) : clockTime(s * 1_000),
      },
      ...series.map(({ name, unit: of, colour: named = '--accent', area }) => ({
        label: name,
        stroke: colour(named),
        width: 1.5,
        spanGaps: days,
        points: { show: days, size: 5, fill: colour(named) },
        ...(area && { fill: `${colour(named)}${theme === 'light' ? '22' : '30'}` }),
        value: (_plot: uPlot, value: number | null) =>
          value == null ? '' : `${decimal(value, Math.abs(value) < 10 ? 2 : 0)}\u202f${unitSign(of)}`,
      })),
    ],
    hooks: {
      draw: [
        ({ ctx, bbox, valToPos }) => {
          for (const mark of marks) {
            const x = valToPos(mark.at / 1_000, 'x', true);
            if (x < bbox.left || x > bbox.left + bbox.width) continue;
            ctx.fillStyle = colour(mark.colour);
            ctx.fillRect(Math.round(x) - 1, bbox.top, Math.max(2, devicePixelRatio * 2), bbox.height);
          }
        },
      ],
      ready: [onDrawn],
      setSize: [onDrawn],
    },
  };
};

/** Press and drag move the replay. @returns stop */
const seekable = (plot: uPlot, seek: (at: number) => void): (() => void) => {
  const { over } = plot;
  let held = false;
  const to = ({ clientX }: PointerEvent): void => {
    const left = clientX - over.getBoundingClientRect().left;
    seek(plot.posToVal(Math.min(Math.max(left, 0), over.clientWidth), 'x') * 1_000);
  };
  const onDown = (event: PointerEvent): void => {
    held = event.button === 0;
    if (!held) return;
    over.setPointerCapture(event.pointerId);
    to(event);
  };
  const onMove = (event: PointerEvent): void => {
    if (held) to(event);
  };
  const onUp = (): void => {
    held = false;
  };
  over.addEventListener('pointerdown', onDown);
  over.addEventListener('pointermove', onMove);
  over.addEventListener('pointerup', onUp);
  over.addEventListener('pointercancel', onUp);
  return () => {
    over.removeEventListener('pointerdown', onDown);
    over.removeEventListener('pointermove', onMove);
    over.removeEventListener('pointerup', onUp);
    over.removeEventListener('pointercancel', onUp);
  };
};

/** A picture for whoever cannot see it: from, to and last of each line. */
const summaryOf = (label: string, series: readonly ChartSeries[]): string => {
  const parts = series.flatMap(({ name, unit, values }) => {
    const known = values.filter(value => value !== null);
    if (known.length === 0) return [];
    const [low, high] = known.reduce(([min, max], value) => [Math.min(min, value), Math.max(max, value)], [known[0]!, known[0]!]);
    return [texts.chart.summary(name, quantity(low, unit), quantity(high, unit), quantity(known.at(-1), unit))];
  });
  return [label, ...parts].join('. ');
};

export default ChartCanvas;

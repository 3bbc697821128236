import { Icon } from '../app/icon';
import { fleetZone } from '../format/time';
import { texts } from '../texts/texts';
import type { Schedule, Weekday } from './rule-draft';

const { schedule: words } = texts.rules;
const DAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
type Window = Schedule['windows'][number];
const WORKDAYS: Window = { days: [1, 2, 3, 4, 5], from: '06:00', to: '20:00' };

/**
 * Weekly windows, or none. @param never what it means that there is none: "always", "no working hours"
 */
export const ScheduleEditor = ({
  label,
  never,
  value,
  problem,
  onChange,
}: {
  label: string;
  never: string;
  value: Schedule | null;
  problem?: string | undefined;
  onChange: (value: Schedule | null) => void;
}) => {
  const zone = value?.zone ?? fleetZone();
  const windows = value?.windows ?? [];
  const set = (next: readonly Window[]): void => onChange(next.length === 0 ? null : { zone, windows: [...next] });
  const replace = (n: number, changes: Partial<Window>): void =>
    set(windows.map((one, at) => (at === n ? { ...one, ...changes } : one)));
  return (
    <fieldset className="schedule">
      <legend>{label}</legend>
      {windows.length === 0 && <p className="muted">{never}</p>}
      {windows.map((window, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: windows have no identity but their place
        <div key={n} className="schedule-window">
          <fieldset className="days">
            <legend className="visually-hidden">{words.days(n + 1)}</legend>
            {DAYS.map(day => (
              <label key={day} className="day" title={words.dayNames[day - 1]}>
                <input
                  type="checkbox"
                  checked={window.days.includes(day)}
                  // The last day stays: a window without days is none, and there is a button for that.
                  disabled={window.days.length === 1 && window.days.includes(day)}
                  onChange={() => replace(n, { days: DAYS.filter(one => (one === day) !== window.days.includes(one)) })}
                />
                <span aria-hidden="true">{words.dayLetters[day - 1]}</span>
                <span className="visually-hidden">{words.dayNames[day - 1]}</span>
              </label>
            ))}
          </fieldset>
          <span className="times">
            <input
              type="time"
              aria-label={words.from(n + 1)}
              value={window.from}
              required
              onChange={event => event.target.value && replace(n, { from: event.target.value })}
            />
            <span aria-hidden="true">–</span>
            <input
              type="time"
              aria-label={words.to(n + 1)}
              // The field knows no 24:00; the end of a day is its midnight.
              value={window.to === '24:00' ? '00:00' : window.to}
              required
              onChange={event =>
                event.target.value && replace(n, { to: event.target.value === '00:00' ? '24:00' : event.target.value })
              }
            />
          </span>
          <button
            type="button"
            className="icon-button plain small"
            aria-label={words.remove(n + 1)}
            title={words.remove(n + 1)}
            onClick={() => set(windows.filter((_, at) => at !== n))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <p className="schedule-foot">
        <button type="button" className="button small" onClick={() => set([...windows, WORKDAYS])}>
          {words.add}
        </button>
        {windows.length > 0 && <span className="muted">{words.zone(zone)}</span>}
      </p>
    </fieldset>
  );
};

/** `Mon–Fri 06:00–20:00` */
export const scheduleText = ({
  windows,
}: {
  windows: readonly { days: readonly number[]; from: string; to: string }[];
}): string => windows.map(({ days, from, to }) => `${daysText(days)} ${from}–${to}`).join(', ');

const daysText = (days: readonly number[]): string => {
  if (days.length === 7) return words.daily;
  const sorted = days.toSorted();
  const [first = 1, last = 1] = [sorted[0], sorted.at(-1)];
  const name = (day: number): string => words.dayShort[day - 1] ?? '';
  const run = last - first === sorted.length - 1 && sorted.length > 2;
  return run ? `${name(first)}–${name(last)}` : sorted.map(name).join(' ');
};

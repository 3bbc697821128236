import { useMemo } from 'react';
import { Icon } from '../app/icon';
import { decimal, quantity } from '../format/quantity';
import { clockTime } from '../format/time';
import type { Condition } from '../texts/sentence';
import { texts } from '../texts/texts';
import { Chart } from '../ui/chart';
import { DataTable } from '../ui/data-table';
import { Figures } from '../ui/page';

type Value = string | number | boolean | null;

/** Of `GET /alerts/{id}/why`, what is shown here. */
export interface Why {
  reproduced: boolean;
  whole: boolean;
  rule: { id: string; params: Readonly<Record<string, unknown>>; cooldown_s: number; version: { since: string | null } } | null;
  conditions: readonly (Condition & { holds: boolean })[];
  window: { from: string; to: string };
  samples: Readonly<Record<string, readonly Value[]>>;
  filters: { readings: number; duplicates: number; fixes: { accepted: number; rejected: number }; longest_gap_s: number | null };
  suppressed: readonly { from: string }[];
  raw: { partition: number; from: number; to: number };
}

/** Where a sample stands tells nothing as a curve. */
const NO_CHART = new Set(['ts', 'offset', 'lat', 'lon']);
/** Charts at once; further columns are in the raw data. */
const CHARTS_AT_MOST = 4;
const COLOURS = ['--accent', '--info', '--warning', '--good'];

/** The conditions as the rule saw them, the samples of its window, and what these rest on. */
export const WhyReport = ({ why, at }: { why: Why; at: number }) => {
  const { rule, conditions, samples, filters, raw, window } = why;
  const times = useMemo(() => (samples.ts ?? []).map(ts => (typeof ts === 'number' ? ts : Date.parse(String(ts)))), [samples]);
  const columns = useMemo(
    () =>
      Object.entries(samples)
        .filter(([name, values]) => !NO_CHART.has(name) && values.some(value => typeof value === 'number'))
        .slice(0, CHARTS_AT_MOST)
        .map(([name, values], n) => ({
          name: wordsOf(name),
          series: [
            {
              name: wordsOf(name),
              unit: unitIn(name),
              values: values.map(value => (typeof value === 'number' ? value : null)),
              colour: COLOURS[n % COLOURS.length]!,
            },
          ],
        })),
    [samples],
  );
  return (
    <>
      {!why.reproduced && <p className="problem">{texts.why.notReproduced}</p>}
      {!why.whole && <p className="muted">{texts.why.notWhole}</p>}
      <DataTable
        id="why"
        caption={texts.why.conditions}
        rows={conditions.map(each => ({ ...each, ...texts.condition(each) }))}
        keyOf={({ condition, needs }) => `${condition} ${needs}`}
        empty={texts.why.noConditions}
        columns={[
          { key: 'condition', head: texts.why.condition, cell: ({ condition }) => condition },
          { key: 'saw', head: texts.why.saw, cell: ({ saw }) => <strong>{written(saw)}</strong> },
          { key: 'needs', head: texts.why.needs, cell: ({ needs }) => needs },
          {
            key: 'holds',
            head: texts.why.holds,
            cell: ({ holds }) => (
              <span className={holds ? 'holds' : 'holds not'}>
                <Icon name={holds ? 'check' : 'close'} />
                {holds ? texts.yes : texts.no}
              </span>
            ),
          },
        ]}
      />
      {times.length > 1 &&
        columns.map(({ name, series }) => (
          <figure key={name} className="why-chart">
            <figcaption>
              {name}
              {series[0]!.unit && <span className="muted"> {series[0]!.unit}</span>}
            </figcaption>
            <Chart label={name} times={times} series={series} height={104} syncKey="why" at={at} />
          </figure>
        ))}
      {rule && (
        <details>
          <summary>{texts.why.rule(rule.id)}</summary>
          <dl className="facts">
            {Object.entries(rule.params).map(([name, value]) => [
              <dt key={name}>{texts.rules.param[name] ?? wordsOf(name)}</dt>,
              <dd key={`${name} value`}>{paramText(value, unitIn(name))}</dd>,
            ])}
          </dl>
        </details>
      )}
      <details>
        <summary>{texts.why.restsOn}</summary>
        <Figures
          figures={[
            [texts.why.window, `${clockTime(window.from)} – ${clockTime(window.to)}`],
            [texts.why.readings, decimal(filters.readings, 0)],
            [texts.why.duplicates, decimal(filters.duplicates, 0)],
            [texts.why.rejectedFixes, decimal(filters.fixes.rejected, 0)],
            [texts.why.longestGap, quantity(filters.longest_gap_s, 's')],
            [texts.why.records, texts.why.recordRange(raw.partition, raw.from, raw.to)],
          ]}
        />
      </details>
    </>
  );
};

const written = (value: Value): string => {
  if (value === null) return texts.unknown;
  if (typeof value === 'boolean') return value ? texts.yes : texts.no;
  return typeof value === 'number' ? decimal(value, 3) : value;
};

/** A parameter: one for each class of vehicles reads as `Car −3.5, Truck −2.5`. */
const paramText = (value: unknown, unit: string): string => {
  if (value === null || typeof value !== 'object') return `${written(value as Value)}${unit && value !== null ? ` ${unit}` : ''}`;
  const entries = Object.entries(value);
  if (Array.isArray(value) || entries.some(([, one]) => typeof one === 'object')) return JSON.stringify(value);
  const classes: Readonly<Record<string, string>> = texts.vehicle.classes;
  return entries.map(([name, one]) => `${classes[name] ?? name} ${written(one as Value)}`).join(', ');
};

/** Units stand in the last word of a name of the wire. */
const UNITS: Readonly<Record<string, string>> = {
  kmh: 'km/h',
  km: 'km',
  v: 'V',
  mps2: 'm/s²',
  s: 's',
  m: 'm',
  c: '°C',
  percent: '%',
};
const unitIn = (name: string): string => {
  const last = name.split('_').at(-1) ?? '';
  return UNITS[last] ?? texts.signs[last] ?? '';
};
const wordsOf = (name: string): string => {
  const known = texts.why.column[name] ?? texts.signal[name];
  if (known !== undefined) return known;
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

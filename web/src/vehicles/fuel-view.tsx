import { useCallback, useMemo } from 'react';
import { getJson } from '../api/request';
import { Notice } from '../app/notice';
import { useLoaded } from '../app/use-loaded';
import { decimal, distance, quantity } from '../format/quantity';
import { duration } from '../format/time';
import { texts } from '../texts/texts';
import { Chart } from '../ui/chart';
import { Loading } from '../ui/loading';
import { Figures, Section } from '../ui/page';
import { usePeriod } from '../ui/period';
import { PeriodPicker } from '../ui/period-picker';
import { askIfTold } from './ask-if-told';
import type { FuelItem, FuelReport } from './health-wire';

/** What it burnt, what of that standing, what it cost, and how sure that is. */
export const FuelView = ({ vehicle }: { vehicle: string }) => {
  const period = usePeriod('28d');
  const { firstDay: from, lastDay: to } = period;
  const [loaded, retry] = useLoaded(
    useCallback(
      (signal: AbortSignal) => askIfTold(getJson<FuelReport>('/fuel', { vehicle, from, to }, signal)),
      [vehicle, from, to],
    ),
  );
  return (
    <Section title={texts.fuel.title} actions={<PeriodPicker period={period} />}>
      <Loading of={loaded} onRetry={retry} failed={texts.fuel.failed}>
        {report => {
          const [item] = report?.items ?? [];
          return item === undefined ? <Notice title={texts.fuel.none} hint={texts.fuel.noneHint} /> : <Fuel item={item} />;
        }}
      </Loading>
    </Section>
  );
};

const Fuel = ({ item }: { item: FuelItem }) => {
  const [times, series] = useMemo(
    () => [
      item.trend.map(({ day }) => Date.parse(day)),
      [{ name: texts.fuel.burnt, unit: 'L', values: item.trend.map(({ litres }) => litres), area: true }],
    ],
    [item],
  );
  const money = (amount: number | null): string =>
    amount === null || item.currency === null ? texts.fuel.noPrice : `${decimal(amount, 2)}\u202f${item.currency}`;
  return (
    <div className="coaching">
      <Figures
        figures={[
          [texts.fuel.burnt, item.litres === null && item.kwh !== null ? quantity(item.kwh, 'kWh') : quantity(item.litres, 'L')],
          [texts.fuel.consumption, quantity(item.l_per_100km, 'L/100km')],
          [texts.fuel.cost, money(item.cost)],
          [texts.fuel.idleTime, duration(item.idle_s)],
          [texts.fuel.idleFuel, quantity(item.idle_litres, 'L')],
          [texts.fuel.idleCost, money(item.idle_cost)],
          ['CO₂', quantity(item.co2_kg, 'kg')],
          [texts.replay.distance, distance(item.distance_km)],
        ]}
      />
      {item.trend.filter(({ litres }) => litres !== null).length >= 2 && (
        <Chart label={texts.fuel.burnt} times={times} series={series} height={150} days />
      )}
      {item.waste.length > 0 && (
        <ul className="findings">
          {item.waste.map(({ pattern, text, share_percent }) => (
            <li key={pattern}>
              <span className="tag">{decimal(share_percent, 1)} %</span>
              <span>{text}</span>
            </li>
          ))}
        </ul>
      )}
      <p className="muted">
        {[
          texts.fuel.measuredOn(distance(item.measured_km)),
          item.uncertainty_percent !== null && texts.fuel.uncertainty(decimal(item.uncertainty_percent, 0)),
          item.estimated && texts.fuel.estimated,
          item.note,
        ]
          .filter(Boolean)
          .join(' ')}
      </p>
    </div>
  );
};

import { useCallback, useMemo } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { Notice } from '../app/notice';
import { useLoaded } from '../app/use-loaded';
import { decimal, distance, moneyText, quantity } from '../format/quantity';
import { duration } from '../format/time';
import { texts } from '../texts/texts';
import { Chart } from '../ui/chart';
import { Loading } from '../ui/loading';
import { Figures, Section } from '../ui/page';
import { usePeriod } from '../ui/period';
import { PeriodPicker } from '../ui/period-picker';
import { FuelEvents } from './fuel-events';
import { currencyOf, FuelPrices } from './fuel-prices';

type FuelItem = Schema<'FuelItem'>;

/** What it burnt, what of that standing, what it cost, and how sure that is. */
export const FuelView = ({ vehicle }: { vehicle: string }) => {
  const period = usePeriod('28d');
  const { firstDay: from, lastDay: to } = period;
  const [loaded, retry] = useLoaded(
    useCallback(
      (signal: AbortSignal) =>
        Promise.all([
          answerOf(api.GET('/fuel', { params: { query: { vehicle, from, to } }, signal })),
          answerOf(api.GET('/vehicles/{id}/fuel-events', { params: { path: { id: vehicle }, query: { from, to } }, signal })),
          answerOf(api.GET('/settings/fuel', { signal })),
        ]),
      [vehicle, from, to],
    ),
  );
  return (
    <Loading of={loaded} onRetry={retry} failed={texts.fuel.failed}>
      {([{ items }, events, prices]) => {
        const [item] = items;
        return (
          <>
            <Section title={texts.fuel.title} actions={<PeriodPicker period={period} />}>
              {item === undefined ? <Notice title={texts.fuel.none} hint={texts.fuel.noneHint} /> : <Fuel item={item} />}
            </Section>
            <FuelEvents events={events.items} currency={currencyOf(prices)} />
            <FuelPrices prices={prices} onSaved={retry} />
          </>
        );
      }}
    </Loading>
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
    amount === null || item.currency === null ? texts.fuel.noPrice : moneyText(amount, item.currency);
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
          {item.waste.map(({ pattern, litres, cost, share_percent }) => (
            <li key={pattern}>
              <span className="tag">{quantity(share_percent, 'percent', 1)}</span>
              <span>
                {quantity(litres, 'L')} {texts.fuel.waste[pattern]}
                {cost !== null && item.currency !== null && `: ${moneyText(cost, item.currency)}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="muted">
        {[
          texts.fuel.measuredOn(distance(item.measured_km)),
          item.uncertainty_percent !== null && texts.fuel.uncertainty(decimal(item.uncertainty_percent, 0)),
          item.estimated && texts.fuel.estimated,
          item.note && texts.sentences(item.said, item.note),
        ]
          .filter(Boolean)
          .join(' ')}
      </p>
    </div>
  );
};

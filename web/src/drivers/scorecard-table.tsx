import { useState } from 'react';
import type { Scorecard } from '../api/wire-types';
import { Icon } from '../app/icon';
import { decimal, distance } from '../format/quantity';
import { duration } from '../format/time';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { ScoreMeter } from './score-meter';

type Order = 'rank' | 'driver' | 'distance' | 'driving' | 'events';

const HARSH = ['harsh_braking', 'harsh_acceleration', 'harsh_cornering'] as const;

/** Of what a driver is judged by, the rate that tells most at a glance. */
const harshRate = ({ rates_per_100km: rates }: Scorecard): number => HARSH.reduce((sum, kind) => sum + (rates[kind] ?? 0), 0);

/** One row per driver, best first; every head sorts. */
export const ScorecardTable = ({ cards }: { cards: readonly Scorecard[] }) => {
  const names = useNames();
  const [order, setOrder] = useState<Order>('rank');
  const [reversed, setReversed] = useState(false);
  const parts = Object.keys(cards[0]?.subscores ?? {});

  const compare: Readonly<Record<Order, (a: Scorecard, b: Scorecard) => number>> = {
    rank: (a, b) => (a.rank ?? Number.POSITIVE_INFINITY) - (b.rank ?? Number.POSITIVE_INFINITY) || 0,
    driver: (a, b) => names.driver(a.driver).localeCompare(names.driver(b.driver), undefined, { numeric: true }),
    distance: (a, b) => b.distance_km - a.distance_km,
    driving: (a, b) => b.driving_s - a.driving_s,
    events: (a, b) => harshRate(b) - harshRate(a),
  };
  const sorted = cards.toSorted((a, b) => (reversed ? -1 : 1) * (compare[order](a, b) || 0));

  const head = (by: Order, text: string, className?: string) => (
    <th scope="col" className={className} aria-sort={order === by ? (reversed ? 'descending' : 'ascending') : undefined}>
      <button
        type="button"
        className="sort-button"
        onClick={() => {
          setReversed(order === by && !reversed);
          setOrder(by);
        }}
      >
        {text}
        {order === by && <Icon name={reversed ? 'up' : 'down'} />}
      </button>
    </th>
  );

  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            {head('driver', texts.drivers.driver)}
            {head('rank', texts.drivers.score)}
            {parts.map(part => (
              <th key={part} scope="col" className="number wide-only">
                {texts.scorePart[part] ?? part}
              </th>
            ))}
            {head('events', texts.drivers.harshPer100Km, 'number')}
            {head('distance', texts.drivers.distance, 'number')}
            {head('driving', texts.drivers.driving, 'number wide-only')}
            <th scope="col" className="number wide-only">
              {texts.drivers.trips}
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(card => (
            <tr key={card.driver}>
              <th scope="row">{names.driver(card.driver)}</th>
              <td title={card.note ?? undefined}>
                <ScoreMeter score={card.score} />
              </td>
              {parts.map(part => (
                <td key={part} className="number wide-only">
                  {partOf(card, part)}
                </td>
              ))}
              <td className="number">{decimal(harshRate(card), 1)}</td>
              <td className="number">{distance(card.distance_km)}</td>
              <td className="number wide-only">{duration(card.driving_s)}</td>
              <td className="number wide-only">{card.trips}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const partOf = ({ subscores }: Scorecard, part: string) => {
  const value = subscores[part];
  return value == null ? <span className="muted">{texts.unknown}</span> : decimal(value, 0);
};

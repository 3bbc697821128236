import type { Schema } from '../api/client';
import { moneyText, quantity } from '../format/quantity';
import { texts } from '../texts/texts';
import { DataTable } from '../ui/data-table';
import { Section } from '../ui/page';
import { Time } from '../ui/time';

type Event = Schema<'FuelEvent'>;

/** What went into the tank, and what left it that no engine burnt. */
export const FuelEvents = ({ events, currency }: { events: readonly Event[]; currency: string | undefined }) => (
  <Section title={texts.fuel.events}>
    <DataTable<Event>
      id="fuel-events"
      caption={texts.fuel.events}
      rows={events}
      keyOf={({ kind, at }) => `${kind} ${at}`}
      order="-at"
      empty={texts.fuel.noEvents}
      columns={[
        { key: 'at', head: texts.scorecard.when, sort: ({ at }) => at, cell: ({ at }) => <Time at={at} as="dayTime" /> },
        {
          key: 'kind',
          head: texts.scorecard.event,
          sort: ({ kind }) => kind,
          cell: ({ kind }) => (kind === 'drop' ? <span className="delivery-failed">{texts.fuel.drop}</span> : texts.fuel.refuel),
        },
        {
          key: 'amount',
          head: texts.fuel.amount,
          numeric: true,
          sort: ({ percent }) => percent,
          cell: ({ kind, litres, percent }) => {
            const sign = kind === 'drop' ? '−' : '+';
            return `${sign}${litres === null ? quantity(percent, 'percent', 0) : quantity(litres, 'L', 1)}`;
          },
        },
        {
          key: 'level',
          head: texts.fuel.level,
          numeric: true,
          wide: true,
          cell: ({ before_percent, after_percent }) =>
            before_percent === null || after_percent === null
              ? texts.unknown
              : `${quantity(before_percent, 'percent', 0)} → ${quantity(after_percent, 'percent', 0)}`,
        },
        {
          key: 'cost',
          head: texts.fuel.cost,
          numeric: true,
          wide: true,
          sort: ({ cost }) => cost,
          cell: ({ cost }) => (cost === null || currency === undefined ? texts.unknown : moneyText(cost, currency)),
        },
      ]}
    />
  </Section>
);

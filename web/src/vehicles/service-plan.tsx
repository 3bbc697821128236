import { useCallback, useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { Notice } from '../app/notice';
import { useLoaded } from '../app/use-loaded';
import { decimal, distance } from '../format/quantity';
import { wireDate } from '../format/time';
import { useFleet } from '../live/fleet';
import { texts } from '../texts/texts';
import { Confirm } from '../ui/dialog';
import { Section } from '../ui/page';
import { tellOutcome } from '../ui/tell-outcome';
import { HealthSign } from './health-sign';
import { ServiceForm } from './service-form';

type Vehicle = Schema<'Vehicle'>;
type Item = Schema<'ServiceItem'>;
type Outlook = Schema<'VehicleHealth'>['service'][number];
const { service: words } = texts;

/** What is done again and again: what is left of it, when it was done last, and how it is planned. */
export const ServicePlan = ({ vehicle, onChanged }: { vehicle: Vehicle; onChanged: () => void }) => {
  const mayChange = useFleet().may('fleet.manage');
  const [loaded] = useLoaded(
    useCallback(
      (signal: AbortSignal) =>
        answerOf(api.GET('/vehicles/{id}/health', { params: { path: { id: vehicle.id } }, signal })).then(
          ({ service }) => service,
        ),
      [vehicle],
    ),
  );
  const [asked, setAsked] = useState<{ item: Item; what: 'done' | 'delete' }>();
  const [form, setForm] = useState<{ item?: Item }>();
  const outlooks = loaded.state === 'ready' ? loaded.value : [];
  const path = { params: { path: { id: vehicle.id } } };
  const act = {
    done: ({ name }: Item): void =>
      void tellOutcome(api.POST('/vehicles/{id}/service', { ...path, body: { name } }), words.doneToast(name)).then(onChanged),
    delete: ({ name }: Item): void => {
      const service_plan = vehicle.service_plan.filter(one => one.name !== name);
      void tellOutcome(api.PATCH('/vehicles/{id}', { ...path, body: { service_plan } }), words.deleted(name)).then(onChanged);
    },
  };
  return (
    <Section
      title={words.title}
      actions={
        mayChange && (
          <button type="button" className="button" onClick={() => setForm({})}>
            {words.add}
          </button>
        )
      }
    >
      {vehicle.service_plan.length === 0 ? (
        <Notice title={words.none} hint={mayChange ? words.noneHint : undefined} />
      ) : (
        <ul className="services">
          {vehicle.service_plan.map(item => (
            <ServiceRow
              key={item.name}
              item={item}
              outlook={outlooks.find(({ name }) => name === item.name)}
              mayChange={mayChange}
              onDone={() => setAsked({ item, what: 'done' })}
              onEdit={() => setForm({ item })}
            />
          ))}
        </ul>
      )}
      {form && (
        <ServiceForm
          vehicle={vehicle}
          item={form.item}
          onAskDelete={() => form.item && setAsked({ item: form.item, what: 'delete' })}
          onClose={() => setForm(undefined)}
          onSaved={onChanged}
        />
      )}
      {asked && (
        <Confirm
          title={asked.what === 'done' ? words.confirmTitle(asked.item.name) : texts.rules.deleteTitle(asked.item.name)}
          text={asked.what === 'done' ? words.confirm : words.deleteText}
          confirm={asked.what === 'done' ? words.done : texts.admin.delete}
          onConfirm={() => act[asked.what](asked.item)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Section>
  );
};

const ServiceRow = ({
  item,
  outlook,
  mayChange,
  onDone,
  onEdit,
}: {
  item: Item;
  outlook: Outlook | undefined;
  mayChange: boolean;
  onDone: () => void;
  onEdit: () => void;
}) => (
  <li>
    <div className="service-what">
      <strong>{item.name}</strong>
      <span className="muted">{everyOf(item)}</span>
    </div>
    <div className="service-left">
      {outlook && <HealthSign state={outlook.state} />}
      <span>{outlook ? leftOf(outlook) : ''}</span>
      <span className="muted">{lastOf(item)}</span>
    </div>
    {mayChange && (
      <span className="row-actions">
        <button type="button" className="button small" aria-label={`${words.done}: ${item.name}`} onClick={onDone}>
          {words.done}
        </button>
        <button type="button" className="button small" aria-label={words.editOf(item.name)} onClick={onEdit}>
          {texts.admin.edit}
        </button>
      </span>
    )}
  </li>
);

const everyOf = ({ every_km, every_hours, every_days, due_date }: Item): string =>
  [
    every_km !== null && words.every(distance(every_km)),
    every_hours !== null && words.every(words.engineHours(decimal(every_hours, 0))),
    every_days !== null && words.every(words.days(every_days)),
    due_date !== null && words.dueOn(wireDate(due_date)),
  ]
    .filter(Boolean)
    .join(' · ');

/** What is left till then; what has passed is overdue. */
const leftOf = ({ left_km, left_hours, left_days, due }: Outlook): string => {
  const parts = [
    left_km !== null && spanOf(left_km, distance(Math.abs(left_km))),
    left_hours !== null && spanOf(left_hours, words.engineHours(decimal(Math.abs(left_hours), 0))),
    // Of less than a day nobody counts the hours.
    left_days !== null &&
      (Math.trunc(left_days) === 0 ? words.dueToday : spanOf(left_days, words.days(Math.trunc(Math.abs(left_days))))),
  ].filter(part => part !== false);
  if (parts.length === 0) return words.notTold;
  const overdue = [left_km, left_hours, left_days].some(left => left !== null && left < 0);
  return [...parts, !overdue && due !== null && words.expected(wireDate(due))].filter(Boolean).join(' · ');
};

const spanOf = (left: number, span: string): string => (left < 0 ? words.overdueBy(span) : words.left(span));

const lastOf = ({ last: { odometer_km, engine_hours, date } }: Item): string => {
  const known = [
    date !== null && wireDate(date),
    odometer_km !== null && distance(odometer_km),
    engine_hours !== null && words.engineHours(decimal(engine_hours, 0)),
  ].filter(Boolean);
  return known.length === 0 ? words.never : words.last(known.join(', '));
};

import { useState } from 'react';
import type { Schema } from '../api/client';
import { sendJson } from '../api/request';
import { Notice } from '../app/notice';
import { decimal, distance } from '../format/quantity';
import { wireDate } from '../format/time';
import { useFleet } from '../live/fleet';
import { texts } from '../texts/texts';
import { Confirm } from '../ui/dialog';
import { reasonOf } from '../ui/loading';
import { Section } from '../ui/page';
import { showToast } from '../ui/toasts';

type Vehicle = Schema<'Vehicle'>;
type Item = Vehicle['service_plan'][number];

/** What is done again and again, when it was done last, and a button for when it was done. */
export const ServicePlan = ({ vehicle, onChanged }: { vehicle: Vehicle; onChanged: () => void }) => {
  const { may } = useFleet();
  const [asked, setAsked] = useState<Item>();
  const done = async ({ name }: Item): Promise<void> => {
    try {
      await sendJson('POST', `/vehicles/${encodeURIComponent(vehicle.id)}/service`, { name });
      showToast({ text: texts.service.doneToast(name) });
      onChanged();
    } catch (error) {
      showToast({ text: reasonOf(error), tone: 'problem' });
    }
  };
  return (
    <Section title={texts.service.title}>
      {vehicle.service_plan.length === 0 ? (
        <Notice title={texts.service.none} hint={texts.service.noneHint} />
      ) : (
        <ul className="services">
          {vehicle.service_plan.map(item => (
            <li key={item.name}>
              <strong>{item.name}</strong>
              <span>{everyOf(item)}</span>
              <span className="muted">{lastOf(item)}</span>
              {may('fleet.manage') && (
                <button
                  type="button"
                  className="button small"
                  aria-label={`${texts.service.done}: ${item.name}`}
                  onClick={() => setAsked(item)}
                >
                  {texts.service.done}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {asked && (
        <Confirm
          title={texts.service.confirmTitle(asked.name)}
          text={texts.service.confirm}
          confirm={texts.service.done}
          onConfirm={() => void done(asked)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Section>
  );
};

const everyOf = ({ every_km, every_hours, every_days, due_date }: Item): string =>
  [
    every_km !== null && texts.service.every(distance(every_km)),
    every_hours !== null && texts.service.every(texts.service.engineHours(decimal(every_hours, 0))),
    every_days !== null && texts.service.every(texts.service.days(every_days)),
    due_date !== null && texts.service.dueOn(wireDate(due_date)),
  ]
    .filter(Boolean)
    .join(' · ');

const lastOf = ({ last: { odometer_km, engine_hours, date } }: Item): string => {
  const known = [
    date !== null && wireDate(date),
    odometer_km !== null && distance(odometer_km),
    engine_hours !== null && texts.service.engineHours(decimal(engine_hours, 0)),
  ].filter(Boolean);
  return known.length === 0 ? texts.service.never : texts.service.last(known.join(', '));
};

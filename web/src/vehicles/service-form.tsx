import { useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { texts } from '../texts/texts';
import { NumberField, TextField } from '../ui/field';
import { FormDialog } from '../ui/form-dialog';
import { showToast } from '../ui/toasts';
import { useSubmit } from '../ui/use-submit';

type Vehicle = Schema<'Vehicle'>;
type Item = Schema<'ServiceItem'>;
const { service: words } = texts;

/** One service of the plan: by distance, engine hours, days or on a date, whichever comes first; and when it was done last. */
export const ServiceForm = ({
  vehicle,
  item,
  onAskDelete,
  onClose,
  onSaved,
}: {
  vehicle: Vehicle;
  item: Item | undefined;
  onAskDelete: () => void;
  onClose: () => void;
  onSaved: () => void;
}) => {
  const [name, setName] = useState(item?.name ?? '');
  const [everyKm, setEveryKm] = useState(item?.every_km ?? undefined);
  const [everyHours, setEveryHours] = useState(item?.every_hours ?? undefined);
  const [everyDays, setEveryDays] = useState(item?.every_days ?? undefined);
  const [dueDate, setDueDate] = useState(item?.due_date ?? '');
  const [lastKm, setLastKm] = useState(item?.last.odometer_km ?? undefined);
  const [lastHours, setLastHours] = useState(item?.last.engine_hours ?? undefined);
  const [lastDate, setLastDate] = useState(item?.last.date ?? '');
  const at = item === undefined ? vehicle.service_plan.length : vehicle.service_plan.indexOf(item);
  const [missing, setMissing] = useState(false);
  const { busy, problem, problemOf, submit } = useSubmit(async () => {
    const none = everyKm === undefined && everyHours === undefined && everyDays === undefined && dueDate === '';
    setMissing(none);
    if (none) return;
    const next: Item = {
      name,
      every_km: everyKm ?? null,
      every_hours: everyHours ?? null,
      every_days: everyDays ?? null,
      due_date: dueDate || null,
      last: { odometer_km: lastKm ?? null, engine_hours: lastHours ?? null, date: lastDate || null },
    };
    const service_plan = vehicle.service_plan.toSpliced(at, 1, next);
    await answerOf(api.PATCH('/vehicles/{id}', { params: { path: { id: vehicle.id } }, body: { service_plan } }));
    showToast({ text: words.saved(name) });
    onSaved();
    onClose();
  });
  const of = (field: string): string | undefined => problemOf(`service_plan[${at}].${field}`);
  return (
    <FormDialog
      title={item ? item.name : words.add}
      confirm={texts.save}
      busy={busy}
      problem={missing ? words.needsInterval : (problem ?? problemOf(`service_plan[${at}]`))}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={words.name}
        hint={words.nameHint}
        value={name}
        onChange={setName}
        problem={of('name')}
        maxLength={64}
        required
      />
      <fieldset className="choices">
        <legend>{words.due}</legend>
        <p className="field-hint">{words.dueHint}</p>
        <div className="form-row">
          <NumberField label={words.everyKm} unit="km" value={everyKm} onChange={setEveryKm} problem={of('every_km')} />
          <NumberField
            label={words.everyHours}
            unit="h"
            value={everyHours}
            onChange={setEveryHours}
            problem={of('every_hours')}
          />
          <NumberField
            label={words.everyDays}
            unit={words.daysUnit}
            value={everyDays}
            onChange={setEveryDays}
            problem={of('every_days')}
          />
          <TextField label={words.onDate} type="date" value={dueDate} onChange={setDueDate} problem={of('due_date')} />
        </div>
      </fieldset>
      <fieldset className="choices">
        <legend>{words.lastTime}</legend>
        <p className="field-hint">{words.lastTimeHint}</p>
        <div className="form-row">
          <TextField label={words.lastDate} type="date" value={lastDate} onChange={setLastDate} problem={of('last.date')} />
          <NumberField
            label={texts.vehicles.odometer}
            unit="km"
            value={lastKm}
            onChange={setLastKm}
            problem={of('last.odometer_km')}
          />
          <NumberField
            label={texts.health.engineHours}
            unit="h"
            value={lastHours}
            onChange={setLastHours}
            problem={of('last.engine_hours')}
          />
        </div>
      </fieldset>
      {item && (
        <div className="form-actions">
          <button
            type="button"
            className="button small"
            onClick={() => {
              onClose();
              onAskDelete();
            }}
          >
            {texts.admin.delete}
          </button>
        </div>
      )}
    </FormDialog>
  );
};

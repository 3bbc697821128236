import { type FormEvent, useState } from 'react';
import type { Schema } from '../api/client';
import { RefusedError, sendJson } from '../api/request';
import { useFleet } from '../live/fleet';
import { texts } from '../texts/texts';
import { NumberField, SelectField, TextField } from '../ui/field';
import { reasonOf } from '../ui/loading';
import { showToast } from '../ui/toasts';

type Vehicle = Schema<'Vehicle'>;
type FuelType = NonNullable<Vehicle['fuel_type']>;

/** What the vehicle is; managers change it, everybody else reads it. */
export const VehicleForm = ({ vehicle, onSaved }: { vehicle: Vehicle; onSaved: () => void }) => {
  const { may } = useFleet();
  const [name, setName] = useState(vehicle.name);
  const [vin, setVin] = useState(vehicle.vin ?? '');
  const [kind, setKind] = useState(vehicle.class);
  const [fuel, setFuel] = useState<FuelType | ''>(vehicle.fuel_type ?? '');
  const [group, setGroup] = useState(vehicle.group ?? '');
  const [odometer, setOdometer] = useState(vehicle.odometer_km ?? undefined);
  const [limit, setLimit] = useState(vehicle.speed_limit_kmh ?? undefined);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>();
  const problem = (field: string): string | undefined =>
    refused instanceof RefusedError ? refused.fields.find(one => one.field.endsWith(field))?.message : undefined;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setRefused(undefined);
    try {
      await sendJson('PATCH', `/vehicles/${encodeURIComponent(vehicle.id)}`, {
        ...{ name, vin: vin.trim() || null, class: kind, fuel_type: fuel || null, group: group.trim() || null },
        ...{ odometer_km: odometer ?? null, speed_limit_kmh: limit ?? null },
      });
      showToast({ text: texts.vehicles.saved });
      onSaved();
    } catch (error) {
      setRefused(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit}>
      <fieldset className="form" disabled={!may('fleet.manage')}>
        <div className="form-row">
          <TextField
            label={texts.vehicles.name}
            value={name}
            onChange={setName}
            problem={problem('name')}
            required
            maxLength={200}
          />
          <TextField label={texts.vehicles.vin} value={vin} onChange={setVin} problem={problem('vin')} maxLength={17} />
          <TextField label={texts.vehicles.group} value={group} onChange={setGroup} problem={problem('group')} />
        </div>
        <div className="form-row">
          <SelectField
            label={texts.vehicles.class}
            value={kind}
            choices={Object.entries(texts.vehicle.classes) as [Vehicle['class'], string][]}
            onChange={setKind}
          />
          <SelectField<FuelType | ''>
            label={texts.vehicles.fuelType}
            value={fuel}
            choices={[['', texts.vehicles.notKnown], ...(Object.entries(texts.vehicles.fuelTypes) as [FuelType, string][])]}
            onChange={setFuel}
          />
          <NumberField
            label={texts.vehicles.odometer}
            hint={texts.vehicles.odometerHint}
            unit="km"
            value={odometer}
            onChange={setOdometer}
            problem={problem('odometer_km')}
          />
          <NumberField
            label={texts.vehicles.speedLimit}
            unit="km/h"
            value={limit}
            onChange={setLimit}
            problem={problem('speed_limit_kmh')}
          />
        </div>
        {refused !== undefined && (
          <p className="problem" role="alert">
            {reasonOf(refused)}
          </p>
        )}
        {may('fleet.manage') && (
          <div className="form-actions">
            <button type="submit" className="button primary" disabled={busy}>
              {texts.save}
            </button>
          </div>
        )}
      </fieldset>
    </form>
  );
};

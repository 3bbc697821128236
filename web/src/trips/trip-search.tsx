import { useState } from 'react';
import { Icon } from '../app/icon';
import { setQuery } from '../app/location';
import { useStore } from '../app/store';
import { decimal } from '../format/quantity';
import { localOf } from '../format/zoned-day';
import { useFleet } from '../live/fleet';
import { texts } from '../texts/texts';
import { PeriodPicker } from '../ui/period-picker';
import { PlaceDialog } from './place-dialog';
import { type Box, boxText, type TripFilters } from './trip-filters';

/** Which trips: whose, when, where. All of it is in the address. */
export const TripSearch = ({ filters }: { filters: TripFilters }) => {
  const { vehicles, drivers, may } = useFleet();
  const knownVehicles = useStore(vehicles);
  const knownDrivers = useStore(drivers);
  const [placing, setPlacing] = useState(false);
  const { vehicle, driver, period, when, box } = filters;
  const choose = (next: Box | undefined): void => {
    setQuery({ bbox: next && boxText(next) });
    setPlacing(false);
  };
  return (
    <search className="filters">
      <NameSelect
        label={texts.trips.vehicle}
        all={texts.trips.allVehicles}
        names={knownVehicles}
        value={vehicle}
        onChange={id => setQuery({ vehicle: id })}
      />
      {may('drivers.read') && (
        <NameSelect
          label={texts.trips.driver}
          all={texts.trips.allDrivers}
          names={knownDrivers}
          value={driver}
          onChange={id => setQuery({ driver: id })}
        />
      )}
      {when === undefined ? (
        <>
          <PeriodPicker period={period} />
          <button type="button" className="button" onClick={() => setQuery({ when: localOf(Date.now() - 3_600_000) })}>
            {texts.trips.atMoment}
          </button>
        </>
      ) : (
        <span className="filter-when">
          <input
            type="datetime-local"
            className="select"
            aria-label={texts.trips.underWayAt}
            title={texts.trips.underWayAt}
            value={when}
            onChange={({ target: { value } }) => value && setQuery({ when: value })}
          />
          <ClearButton label={texts.trips.anyMoment} onClear={() => setQuery({ when: undefined })} />
        </span>
      )}
      {box === undefined ? (
        <button type="button" className="button" onClick={() => setPlacing(true)}>
          <Icon name="pin" />
          {texts.trips.place}
        </button>
      ) : (
        <span className="filter-when">
          <button type="button" className="button" aria-pressed="true" onClick={() => setPlacing(true)}>
            <Icon name="pin" />
            {texts.trips.throughBox(placeOf(box))}
          </button>
          <ClearButton label={texts.trips.anyPlace} onClear={() => choose(undefined)} />
        </span>
      )}
      {placing && <PlaceDialog box={box} onChoose={choose} onClose={() => setPlacing(false)} />}
    </search>
  );
};

const NameSelect = ({
  label,
  all,
  names,
  value,
  onChange,
}: {
  label: string;
  all: string;
  names: ReadonlyMap<string, { id: string; name: string }>;
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}) => (
  <select className="select" aria-label={label} value={value ?? ''} onChange={event => onChange(event.target.value || undefined)}>
    <option value="">{all}</option>
    {value !== undefined && !names.has(value) && <option value={value}>{value}</option>}
    {[...names.values()].map(({ id, name }) => (
      <option key={id} value={id}>
        {name}
      </option>
    ))}
  </select>
);

const ClearButton = ({ label, onClear }: { label: string; onClear: () => void }) => (
  <button type="button" className="icon-button plain small" aria-label={label} title={label} onClick={onClear}>
    <Icon name="close" />
  </button>
);

/** The middle of it, short. */
const placeOf = ({ west, south, east, north }: Box): string =>
  `${decimal((south + north) / 2, 3)}, ${decimal((west + east) / 2, 3)}`;

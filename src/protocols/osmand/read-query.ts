import { isId } from '../../model/ids.js';
import type { Decoding } from '../decoding.js';
import { deviceInstant } from '../device-instant.js';
import { looseBoolean, looseNumber, looseQuantity } from '../loose-values.js';

const KMH_PER_KNOT = 1.852;
const KNOWN = new Set(
  (
    'id deviceid timestamp lat lon location speed bearing heading altitude accuracy hacc vacc hdop batt charge valid driverUniqueId ' +
    'ignition rpm power cell wifi alarm event'
  ).split(' '),
);

/** Reads one point from a query. A key that comes twice counts once; without a time it is the arrival. */
export const readQuery = (query: string, decoding: Decoding): void => {
  const sent = new URLSearchParams(query);
  const value = (...names: string[]): string | undefined => names.map(name => sent.get(name)).find(text => text) ?? undefined;
  const time = value('timestamp');
  const reading = decoding.begin(deviceInstant(time), query, time);
  if (reading === undefined) return;

  const [latitude, longitude] = value('location')?.split(',') ?? [];
  const knots = looseQuantity(value('speed'));
  decoding.fix(
    {
      lat: value('lat') ?? latitude,
      lon: value('lon') ?? longitude,
      speed: knots === undefined ? undefined : knots * KMH_PER_KNOT,
      heading: value('bearing', 'heading'),
      altitude: value('altitude'),
      hdop: value('hdop'),
      accuracy: value('accuracy'),
      valid: value('valid'),
    },
    reading,
  );
  reading.ignition = looseBoolean(value('ignition'));
  reading.externalVoltage = looseQuantity(value('power'));
  const driver = value('driverUniqueId');
  if (driver !== undefined && isId(driver)) reading.driver = driver;
  const rpm = looseNumber(value('rpm'));
  if (rpm !== undefined) reading.signals = { engine_rpm: rpm };
  for (const name of sent.keys()) if (!KNOWN.has(name)) decoding.unknown.add(name);
};

import { TOWED, UNPLUGGED } from '../../model/device-signals.js';
import type { Reading } from '../../model/reading.js';
import type { Decoding } from '../decoding.js';
import { deviceInstant } from '../device-instant.js';
import { looseBoolean, looseQuantity, looseText } from '../loose-values.js';

/** What apps and boxes send besides, and Telltale has no use for. */
const KNOWN = new Set(
  (
    '_type t tst tid lat lon vel cog alt acc vac batt bs conn created_at SSID BSSID m p tag topic poi image imagename inregions inrids ' +
    'motionactivities _id _http isorecv isotst event desc rid wtst dist trip odometer hmc ubatt uext vin don doff rpm fcon flvl ign ' +
    'motion tow rty imei nrec inputs outputs anum'
  ).split(' '),
);

/**
 * Reads a location or a transition. Numbers may stand in text. What an app leaves out because it is zero stays unknown.
 * Of Queclink trackers (qtripp) also supply, ignition, odometer and engine; on the Greenwich box `batt` is the supply in volts.
 */
export const readLocation = (message: Record<string, unknown>, decoding: Decoding): void => {
  const reading = decoding.begin(deviceInstant(message.tst), message, message.tst);
  if (reading === undefined) return;
  const { lat, lon, vel, cog, alt, acc } = message;
  decoding.fix({ lat, lon, speed: vel, heading: cog, altitude: alt, accuracy: acc }, reading);
  readVehicle(message, reading);
  for (const name of Object.keys(message)) if (!KNOWN.has(name)) decoding.unknown.add(name);
};

const readVehicle = (message: Record<string, unknown>, reading: Reading): void => {
  const { batt, dist, trip, uext, t } = message;
  const greenwich = dist !== undefined || trip !== undefined;
  reading.externalVoltage = looseQuantity(uext) ?? (greenwich ? looseQuantity(batt) : undefined);
  reading.ignition = looseBoolean(message.ign) ?? (t === 'i' ? true : t === 'I' ? false : undefined);
  reading.odometer = looseQuantity(message.odometer);
  const vin = looseText(message.vin);
  if (vin?.length === 17) reading.vin = vin;

  const signals: Record<string, number> = {};
  const put = (name: string, value: number | undefined): void => {
    if (value !== undefined) signals[name] = value;
  };
  put('engine_rpm', looseQuantity(message.rpm));
  put('fuel_level', looseQuantity(message.flvl));
  put('odometer', reading.odometer);
  if (t === 'e' || t === 'E') put(UNPLUGGED, t === 'e' ? 1 : 0);
  if (t === '!' || looseBoolean(message.tow)) put(TOWED, 1);
  reading.signals = signals;
};

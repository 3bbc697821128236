import { CRASHED, HARSH_ACCELERATION, HARSH_BRAKING, HARSH_CORNERING, TOWED, UNPLUGGED } from '../../model/device-signals.js';
import { isId } from '../../model/ids.js';
import { Decoding } from '../decoding.js';
import { deviceInstant } from '../device-instant.js';
import { noObject } from '../fault-words.js';
import { looseBoolean, looseNumber, looseObject, looseQuantity, looseText } from '../loose-values.js';
import type { DecodeContext, Decoded } from '../protocol.js';

type Message = Record<string, unknown>;

/** Names of flespi → signals; the first that is there counts. Units are the same, where no factor stands. */
const NUMBERS: readonly (readonly [name: string, signal: string])[] = [
  ['can.engine.rpm', 'engine_rpm'],
  ['can.vehicle.speed', 'vehicle_speed'],
  ['can.engine.coolant.temperature', 'coolant_temp'],
  ['can.fuel.level', 'fuel_level'],
  ['can.engine.load.level', 'engine_load'],
  ['can.throttle.pedal.level', 'accelerator_position_d'],
  ['can.ambient.air.temperature', 'ambient_air_temp'],
  ['can.intake.air.temperature', 'intake_air_temp'],
  ['can.engine.oil.temperature', 'oil_temp'],
  ['can.vehicle.mileage', 'odometer'],
  ['vehicle.mileage', 'odometer'],
];
const FLAGS: readonly (readonly [name: string, signal: string])[] = [
  ['harsh.braking.event', HARSH_BRAKING],
  ['harsh.acceleration.event', HARSH_ACCELERATION],
  ['harsh.cornering.event', HARSH_CORNERING],
  ['crash.event', CRASHED],
  ['towing.status', TOWED],
  ['external.powersource.cut.status', UNPLUGGED],
];
const USED = new Set([...NUMBERS, ...FLAGS].map(([name]) => name));
/** Of the network, the channel, the inputs and the tracker's own body. */
const NO_SIGNAL =
  /^(?:ident|timestamp|position\.|server\.|device\.|channel\.|protocol\.|peer|gsm\.|gnss\.|gps\.|message\.|battery\.|event\.|movement\.|[xyz]\.acceleration$|din|dout|ain|time\.|engine\.ignition\.status$|external\.powersource\.|vehicle\.vin$|driver\.|rest\.|report\.|segment\.|codec\.|payload\.|sleep\.|absolute\.acceleration$|ibutton\.code$|rfid\.code$|harsh\.)/;

/** Decodes one message of the gateway, or several in an array. @see https://flespi.com/kb/messages-basic-information-units */
export const decodeFlespi = (slice: Uint8Array, context: DecodeContext): Decoded => {
  const decoding = new Decoding(context);
  const value = decoding.json(slice);
  for (const element of Array.isArray(value) ? value : value === undefined ? [] : [value]) {
    const message = looseObject(element);
    if (message === undefined) decoding.fault('wrong_type', noObject());
    else readMessage(message, decoding);
  }
  return decoding.done();
};

const readMessage = (message: Message, decoding: Decoding): void => {
  const time = message.timestamp ?? message['server.timestamp'];
  const reading = decoding.begin(deviceInstant(time), message, time);
  if (reading === undefined) return;
  decoding.fix(
    {
      lat: message['position.latitude'],
      lon: message['position.longitude'],
      speed: message['position.speed'],
      heading: message['position.direction'],
      altitude: message['position.altitude'],
      hdop: message['position.hdop'],
      sats: message['position.satellites'],
      accuracy: message['position.accuracy'],
      valid: message['position.valid'] ?? message['gnss.status'],
    },
    reading,
  );
  reading.ignition = looseBoolean(message['engine.ignition.status']);
  reading.externalVoltage = looseQuantity(message['external.powersource.voltage']);
  const vin = looseText(message['vehicle.vin']);
  if (vin?.length === 17) reading.vin = vin;
  const driver = looseText(message['ibutton.code'] ?? message['rfid.code'] ?? message['driver.id']);
  // Nothing but zeros: no key is in the reader.
  if (driver !== undefined && isId(driver) && /[^0]/.test(driver)) reading.driver = driver;
  reading.signals = signalsOf(message);
  reading.odometer = looseQuantity(reading.signals.odometer);
  for (const name of Object.keys(message)) if (!USED.has(name) && !NO_SIGNAL.test(name)) decoding.unknown.add(name);
};

const signalsOf = (message: Message): Record<string, number> => {
  const signals: Record<string, number> = {};
  for (const [name, signal] of NUMBERS) {
    const value = looseNumber(message[name]);
    if (value !== undefined) signals[signal] ??= value;
  }
  for (const [name, signal] of FLAGS) {
    const value = looseBoolean(message[name]);
    if (value !== undefined) signals[signal] = Number(value);
  }
  return signals;
};

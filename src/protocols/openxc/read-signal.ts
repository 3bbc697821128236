import type { PartReading } from '../fix-part.js';
import { looseBoolean, looseNumber } from '../loose-values.js';

/** OpenXC's names → signals of the OBD table, and those that the table has no name for under their own. */
const NUMBERS = new Map([
  ['vehicle_speed', 'vehicle_speed'],
  ['engine_speed', 'engine_rpm'],
  ['odometer', 'odometer'],
  ['fuel_level', 'fuel_level'],
  ['accelerator_pedal_position', 'accelerator_position_d'],
  ['fuel_consumed_since_restart', 'fuel_consumed_since_restart'],
  ['steering_wheel_angle', 'steering_wheel_angle'],
  ['torque_at_transmission', 'torque_at_transmission'],
]);
const FLAGS = new Set(['brake_pedal_status', 'parking_brake_status', 'headlamp_status']);
const GEARS = [
  'reverse',
  'neutral',
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];
/** Texts and switches that no rule here asks for. */
const PASSED_OVER = new Set(
  'transmission_gear_position gear_lever_position button_event door_status high_beam_status windshield_wiper_status'.split(' '),
);
const IGNITION = new Map([
  ['off', false],
  ['accessory', false],
  ['run', true],
  ['start', true],
]);

export const isPassedOver = (name: string): boolean => PASSED_OVER.has(name) || FLAGS.has(name) || NUMBERS.has(name);

/** What a named value changes in a reading; undefined where nothing does. */
export const readSignal = (name: string, value: unknown): Partial<PartReading> | undefined => {
  const number = looseNumber(value);
  if (name === 'latitude') return number === undefined || Math.abs(number) > 90 ? undefined : { fixPart: { lat: number } };
  if (name === 'longitude') return number === undefined || Math.abs(number) > 180 ? undefined : { fixPart: { lon: number } };
  if (name === 'ignition_status') {
    const on = IGNITION.get(String(value).toLowerCase());
    return on === undefined ? undefined : { ignition: on };
  }
  if (name === 'transmission_gear_position') {
    const gear = GEARS.indexOf(String(value).toLowerCase());
    // Reverse is -1, as on other vehicles; a gear lever has more words, which are none.
    return gear < 0 ? undefined : { signals: { [name]: gear - 1 } };
  }
  const signal = NUMBERS.get(name);
  if (signal !== undefined && number !== undefined) {
    const signals = { [signal]: number };
    return signal === 'odometer' && number >= 0 ? { signals, odometer: number } : { signals };
  }
  const flag = FLAGS.has(name) ? looseBoolean(value) : undefined;
  return flag === undefined ? undefined : { signals: { [name]: Number(flag) } };
};

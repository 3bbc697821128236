import { PID_TABLE } from './obd/pid-table.js';

/** What other makers call the signals of the OBD table, beside the table's own names; written as `plain` leaves them. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  engine_rpm: ['rpm', 'enginespeed', 'enginerpm'],
  vehicle_speed: ['speed', 'vehiclespeed', 'obdspeed'],
  coolant_temp: ['enginecoolanttemp', 'enginecoolanttemperature', 'coolanttemperature'],
  oil_temp: ['engineoiltemp', 'engineoiltemperature', 'oiltemperature'],
  intake_air_temp: ['intaketemp', 'intakeairtemperature'],
  ambient_air_temp: ['ambienttemp', 'ambientairtemperature', 'ambiantairtemp', 'ambiantairtemperature'],
  engine_load: ['calculatedengineload', 'calcengineload', 'load'],
  throttle_position: ['throttle', 'throttlepos', 'throttleposition'],
  throttle_position_b: ['throttleposb', 'absthrottleposb'],
  throttle_position_c: ['throttleposc', 'absthrottleposc'],
  relative_throttle_position: ['relativethrottlepos', 'relthrottlepos'],
  commanded_throttle: ['throttleactuator', 'commandedthrottleactuator'],
  accelerator_position_d: ['acceleratorposd', 'accelpedalposd', 'acceleratorpedalposition'],
  accelerator_position_e: ['acceleratorpose', 'accelpedalpose'],
  accelerator_position_f: ['acceleratorposf'],
  relative_accelerator_position: ['relativeaccelpos'],
  mass_air_flow: ['maf', 'mafrate', 'mafairflowrate', 'massairflowrate', 'mafairflow'],
  fuel_level: ['fuellevelinput', 'fueltanklevel', 'fueltanklevelinput'],
  engine_fuel_rate: ['fuelrate', 'enginefuelrate'],
  intake_manifold_pressure: ['intakepressure', 'map', 'manifoldpressure', 'intakemanifoldabspress'],
  barometric_pressure: ['barometricpress', 'absbaropressure', 'absbarometricpres'],
  control_module_voltage: ['controlmodulevolt', 'ecuvoltage'],
  run_time: ['runtime', 'timesinceenginestart', 'timerunning'],
  distance_with_mil: ['distancewmil', 'disttravelledmil'],
  distance_since_clear: ['distancesincedtcclear', 'distancesincecodesclear'],
  timing_advance: ['timingadv'],
  short_fuel_trim_1: ['shortfueltrimbank1', 'shorttermfueltrimbank1'],
  long_fuel_trim_1: ['longfueltrimbank1', 'longtermfueltrimbank1'],
  short_fuel_trim_2: ['shortfueltrimbank2'],
  long_fuel_trim_2: ['longfueltrimbank2'],
  hybrid_battery_soc: ['soc', 'stateofcharge', 'hybridbatteryremaining'],
  commanded_lambda: ['commandedequivratio', 'commandequivratio'],
  evap_purge: ['evaporativepurge', 'commandedevappurge'],
  mil_on: ['mil', 'milstate'],
  dtc_count: ['numdtcs', 'numberofdtcs'],
  odometer: ['odometerkm', 'mileage'],
};

/** A name without case, spaces and signs: `Engine Coolant-Temp` and `engineCoolantTemp` are one. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const byName = new Map<string, string>();
for (const layout of PID_TABLE) {
  for (const field of layout?.fields ?? []) if (field.kind === 'number') byName.set(plain(field.name), field.name);
}
for (const [signal, names] of Object.entries(ALIASES)) {
  byName.set(plain(signal), signal);
  for (const name of names) byName.set(name, signal);
}

/** The signal of the OBD table that a device calls `name`, in whatever spelling; undefined where nobody knows it. */
export const signalNamed = (name: string): string | undefined =>
  // A long name is none of ours, and is not worth the work.
  name.length > 64 ? undefined : byName.get(plain(name));

const FIRST_OF_SEVERAL = (pid: number): boolean =>
  (pid >= 0x14 && pid <= 0x1b) || (pid >= 0x24 && pid <= 0x2b) || (pid >= 0x34 && pid <= 0x3b);

/**
 * The signal that a device means by a bare PID of mode 01 with a value in its unit. PIDs that hold several numbers have none, but for the
 * oxygen sensors, whose first number (voltage or lambda) is what every app shows.
 */
export const signalOfPid = (pid: number): string | undefined => {
  const fields = PID_TABLE[pid]?.fields;
  const first = fields?.[0];
  if (first?.kind !== 'number') return undefined;
  return fields!.length === 1 || FIRST_OF_SEVERAL(pid) ? first.name : undefined;
};

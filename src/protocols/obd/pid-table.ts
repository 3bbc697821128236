import { dtcCode } from './dtc-code.js';
import { byte, flagged, long, other, type PidLayout, pid, reserved, type Scale, word } from './pid-layout.js';
import { incompleteMonitors, isCompression, oxygenSensors, supportedPids } from './status-bits.js';

// Scalings of SAE J1979, named where more than one PID shares them.
const percent: Scale = { mul: 100, div: 255 };
const temperature: Scale = { add: -40 };
const catalystTemperature: Scale = { div: 10, add: -40 };
const trim: Scale = { mul: 100, div: 128, add: -100 };
const lambda: Scale = { mul: 2, div: 65536 };
const torque: Scale = { add: -125 };

/** `code` and the numbers after it, one sensor each: eight(0x14, …) is 14 to 1B for sensors 1 to 8. */
const eight = (code: number, of: (code: number, sensor: string) => PidLayout): PidLayout[] =>
  Array.from({ length: 8 }, (_, i) => of(code + i, `o2_sensor_${i + 1}`));

const bitmap = (code: number): PidLayout =>
  pid(
    code,
    other('supported_pids', 'list', (d, at, base) => supportedPids(base, d, at)),
    reserved(4),
  );

const LAYOUTS: readonly PidLayout[] = [
  ...[0x00, 0x20, 0x40, 0x60, 0x80, 0xa0, 0xc0].map(bitmap),
  pid(
    0x01,
    other('mil_on', 'bool', (d, at) => (d[at]! & 0x80) !== 0),
    byte('dtc_count', 'count', { mask: 0x7f }),
    other('ignition_type', 'text', (d, at) => (isCompression(d[at + 1]!) ? 'compression' : 'spark')),
    other('monitors_incomplete', 'list', (d, at) => incompleteMonitors(d[at + 1]!, d[at + 2]!, d[at + 3]!)),
    reserved(3),
  ),
  pid(
    0x02,
    other('freeze_frame_dtc', 'text', (d, at) => (d[at] === 0 && d[at + 1] === 0 ? null : dtcCode(d[at]!, d[at + 1]!))),
    reserved(2),
  ),
  pid(0x03, byte('fuel_system_1_status', 'code'), byte('fuel_system_2_status', 'code')),
  pid(0x04, byte('engine_load', '%', percent)),
  pid(0x05, byte('coolant_temp', 'degC', temperature)),
  pid(0x06, byte('short_fuel_trim_1', '%', trim)),
  pid(0x07, byte('long_fuel_trim_1', '%', trim)),
  pid(0x08, byte('short_fuel_trim_2', '%', trim)),
  pid(0x09, byte('long_fuel_trim_2', '%', trim)),
  pid(0x0a, byte('fuel_pressure', 'kPa', { mul: 3 })),
  pid(0x0b, byte('intake_manifold_pressure', 'kPa')),
  pid(0x0c, word('engine_rpm', 'rpm', { div: 4 })),
  pid(0x0d, byte('vehicle_speed', 'km/h')),
  pid(0x0e, byte('timing_advance', 'deg', { div: 2, add: -64 })),
  pid(0x0f, byte('intake_air_temp', 'degC', temperature)),
  pid(0x10, word('mass_air_flow', 'g/s', { div: 100 })),
  pid(0x11, byte('throttle_position', '%', percent)),
  pid(0x12, byte('secondary_air_status', 'code')),
  pid(
    0x13,
    other('o2_sensors_present', 'list', (d, at) => oxygenSensors(d[at]!, 4)),
    reserved(1),
  ),
  ...eight(0x14, (code, sensor) =>
    pid(code, byte(`${sensor}_voltage`, 'V', { div: 200 }), byte(`${sensor}_trim`, '%', { ...trim, absent: 0xff })),
  ),
  pid(0x1c, byte('obd_standard', 'code')),
  pid(
    0x1d,
    other('o2_sensors_present', 'list', (d, at) => oxygenSensors(d[at]!, 2)),
    reserved(1),
  ),
  pid(0x1e, byte('pto_active', 'bool', { mask: 0x01 })),
  pid(0x1f, word('run_time', 's')),
  pid(0x21, word('distance_with_mil', 'km')),
  pid(0x22, word('fuel_rail_pressure_relative', 'kPa', { mul: 79, div: 1000 })),
  pid(0x23, word('fuel_rail_pressure', 'kPa', { mul: 10 })),
  ...eight(0x24, (code, sensor) =>
    pid(code, word(`${sensor}_lambda`, 'ratio', lambda), word(`${sensor}_wr_voltage`, 'V', { mul: 8, div: 65536 })),
  ),
  pid(0x2c, byte('commanded_egr', '%', percent)),
  pid(0x2d, byte('egr_error', '%', trim)),
  pid(0x2e, byte('evap_purge', '%', percent)),
  pid(0x2f, byte('fuel_level', '%', percent)),
  pid(0x30, byte('warmups_since_clear', 'count')),
  pid(0x31, word('distance_since_clear', 'km')),
  pid(0x32, word('evap_vapor_pressure', 'Pa', { signed: true, div: 4 })),
  pid(0x33, byte('barometric_pressure', 'kPa')),
  ...eight(0x34, (code, sensor) =>
    pid(code, word(`${sensor}_lambda`, 'ratio', lambda), word(`${sensor}_current`, 'mA', { div: 256, add: -128 })),
  ),
  pid(0x3c, word('catalyst_temp_b1s1', 'degC', catalystTemperature)),
  pid(0x3d, word('catalyst_temp_b2s1', 'degC', catalystTemperature)),
  pid(0x3e, word('catalyst_temp_b1s2', 'degC', catalystTemperature)),
  pid(0x3f, word('catalyst_temp_b2s2', 'degC', catalystTemperature)),
  pid(
    0x41,
    other('drive_cycle_monitors_incomplete', 'list', (d, at) => incompleteMonitors(d[at + 1]!, d[at + 2]!, d[at + 3]!)),
    reserved(4),
  ),
  pid(0x42, word('control_module_voltage', 'V', { div: 1000 })),
  pid(0x43, word('absolute_load', '%', percent)),
  pid(0x44, word('commanded_lambda', 'ratio', lambda)),
  pid(0x45, byte('relative_throttle_position', '%', percent)),
  pid(0x46, byte('ambient_air_temp', 'degC', temperature)),
  pid(0x47, byte('throttle_position_b', '%', percent)),
  pid(0x48, byte('throttle_position_c', '%', percent)),
  pid(0x49, byte('accelerator_position_d', '%', percent)),
  pid(0x4a, byte('accelerator_position_e', '%', percent)),
  pid(0x4b, byte('accelerator_position_f', '%', percent)),
  pid(0x4c, byte('commanded_throttle', '%', percent)),
  pid(0x4d, word('time_with_mil', 'min')),
  pid(0x4e, word('time_since_clear', 'min')),
  pid(
    0x4f,
    byte('max_lambda', 'ratio'),
    byte('max_o2_voltage', 'V'),
    byte('max_o2_current', 'mA'),
    byte('max_intake_pressure', 'kPa', { mul: 10 }),
  ),
  pid(0x50, byte('max_mass_air_flow', 'g/s', { mul: 10 }), reserved(3)),
  pid(0x51, byte('fuel_type', 'code')),
  pid(0x52, byte('ethanol_percent', '%', percent)),
  pid(0x53, word('evap_vapor_pressure_abs', 'kPa', { div: 200 })),
  pid(0x54, word('evap_vapor_pressure_wide', 'Pa', { signed: true })),
  pid(0x55, byte('short_o2_trim_1', '%', trim), byte('short_o2_trim_3', '%', trim)),
  pid(0x56, byte('long_o2_trim_1', '%', trim), byte('long_o2_trim_3', '%', trim)),
  pid(0x57, byte('short_o2_trim_2', '%', trim), byte('short_o2_trim_4', '%', trim)),
  pid(0x58, byte('long_o2_trim_2', '%', trim), byte('long_o2_trim_4', '%', trim)),
  pid(0x59, word('fuel_rail_pressure_abs', 'kPa', { mul: 10 })),
  pid(0x5a, byte('relative_accelerator_position', '%', percent)),
  pid(0x5b, byte('hybrid_battery_soc', '%', percent)),
  pid(0x5c, byte('oil_temp', 'degC', temperature)),
  pid(0x5d, word('injection_timing', 'deg', { div: 128, add: -210 })),
  pid(0x5e, word('engine_fuel_rate', 'L/h', { div: 20 })),
  pid(0x5f, byte('emission_standard', 'code')),
  pid(0x61, byte('demand_torque', '%', torque)),
  pid(0x62, byte('actual_torque', '%', torque)),
  pid(0x63, word('reference_torque', 'Nm')),
  pid(0x64, byte('torque_idle', '%', torque), ...[1, 2, 3, 4].map(n => byte(`torque_point_${n}`, '%', torque))),
  pid(0x66, ...flagged(word('mass_air_flow_a', 'g/s', { div: 32 }), word('mass_air_flow_b', 'g/s', { div: 32 }))),
  pid(0x67, ...flagged(byte('coolant_temp_1', 'degC', temperature), byte('coolant_temp_2', 'degC', temperature))),
  pid(0x78, ...flagged(...[1, 2, 3, 4].map(n => word(`exhaust_gas_temp_b1s${n}`, 'degC', catalystTemperature)))),
  pid(0x79, ...flagged(...[1, 2, 3, 4].map(n => word(`exhaust_gas_temp_b2s${n}`, 'degC', catalystTemperature)))),
  pid(
    0x7f,
    ...flagged(long('engine_run_time_total', 's'), long('engine_idle_time_total', 's'), long('engine_pto_time_total', 's')),
  ),
  pid(0x8e, byte('friction_torque', '%', torque)),
  pid(0x9d, word('engine_fuel_rate_mass', 'g/s', { div: 50 }), word('vehicle_fuel_rate_mass', 'g/s', { div: 50 })),
  pid(0x9e, word('exhaust_flow_rate', 'kg/h', { div: 5 })),
  pid(0xa2, word('cylinder_fuel_rate', 'mg/stroke', { div: 32 })),
  pid(0xa6, long('odometer', 'km', { div: 10 })),
];

/**
 * Layout by PID number; `undefined` for what is not in the table, among it what the sources do not agree on (65, 68-77, 7A-7E, 9A, A4, A5).
 * The table knows nothing of services: modes 01 and 02 use it, and 22 F4xx of J1979-2 can.
 * @see SAE J1979 / J1979-DA, ISO 15031-5
 */
export const PID_TABLE: readonly (PidLayout | undefined)[] = Array.from({ length: 256 }, (_, code) =>
  LAYOUTS.find(layout => layout.pid === code),
);

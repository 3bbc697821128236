/** A signal of the OBD table in an IO element: value = raw × mul / div. */
export interface AvlSignal {
  name: string;
  mul: number;
  div: number;
  signed: boolean;
}

const plain = (name: string, mul = 1, div = 1): AvlSignal => ({ name, mul, div, signed: false });
const signed = (name: string): AvlSignal => ({ name, mul: 1, div: 1, signed: true });

/** From here on ids are of CAN adapters; where a record holds both, OBD goes before. */
export const FIRST_OF_ADAPTERS = 81;

/** @see https://wiki.teltonika-gps.com/view/Template:FMB_AVL_ID_FMM_FMC */
export const AVL_SIGNALS: ReadonlyMap<number, AvlSignal> = new Map([
  [16, plain('odometer', 1, 1_000)],
  [30, plain('dtc_count')],
  [31, plain('engine_load')],
  [32, signed('coolant_temp')],
  [33, signed('short_fuel_trim_1')],
  [35, plain('intake_manifold_pressure')],
  [36, plain('engine_rpm')],
  [37, plain('vehicle_speed')],
  [38, signed('timing_advance')],
  [39, signed('intake_air_temp')],
  [40, plain('mass_air_flow', 1, 100)],
  [41, plain('throttle_position')],
  [42, plain('run_time')],
  [43, plain('distance_with_mil')],
  [48, plain('fuel_level')],
  [49, plain('distance_since_clear')],
  [50, plain('barometric_pressure')],
  [51, plain('control_module_voltage', 1, 1_000)],
  [52, plain('absolute_load')],
  [53, signed('ambient_air_temp')],
  [58, signed('oil_temp')],
  [60, plain('engine_fuel_rate', 1, 100)],
  // From the CAN adapters (LV-CAN200, ALL-CAN300).
  [81, plain('vehicle_speed')],
  [82, plain('accelerator_position_d')],
  [85, plain('engine_rpm')],
  [89, plain('fuel_level')],
  [115, { name: 'coolant_temp', mul: 1, div: 10, signed: true }],
]);

/** Inputs and outputs, network, the tracker's own battery and sensors, and what stands elsewhere in a reading. */
const PASSED_OVER = new Set([
  1, 2, 3, 4, 6, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 21, 24, 25, 26, 27, 28, 29, 66, 67, 68, 69, 72, 73, 74, 75, 78, 80, 86,
  104, 106, 108, 113, 175, 179, 180, 181, 182, 199, 200, 205, 206, 237, 238, 239, 240, 241, 243, 246, 247, 248, 249, 250, 251,
  252, 253, 254, 255, 256, 263, 281, 303, 636,
]);

export const isPassedOver = (id: number): boolean => PASSED_OVER.has(id);

/** The number in an element of up to 4 bytes, big-endian; undefined for longer ones, which are keys and texts. */
export const numberOf = (bytes: Uint8Array | undefined, isSigned: boolean): number | undefined => {
  if (bytes === undefined || bytes.length === 0 || bytes.length > 4) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return isSigned ? buffer.readIntBE(0, bytes.length) : buffer.readUIntBE(0, bytes.length);
};

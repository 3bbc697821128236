/**
 * Signals that trackers find out by themselves and the OBD table has no names for. 1 = it is so, 0 = it is not; acceleration in g.
 * They tell what the device says. Our rules judge by positions, speeds and voltages, but a supply that is gone is the device's to know.
 */
export const UNPLUGGED = 'device_unplugged';
export const TOWED = 'device_tow';
export const CRASHED = 'device_crash';
export const HARSH_BRAKING = 'device_harsh_braking';
export const HARSH_ACCELERATION = 'device_harsh_acceleration';
export const HARSH_CORNERING = 'device_harsh_cornering';

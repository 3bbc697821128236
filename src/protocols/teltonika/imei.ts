import type { ForeignId } from '../../model/foreign-id.js';
import { foreignDevice } from '../foreign-device.js';

const latin1 = new TextDecoder('latin1');
/** 15 digits; some firmwares send 16 with a software version. */
const IMEI = /^\d{14,17}$/;

/** @returns who it is; undefined where the bytes are no IMEI in ASCII */
export const readImei = (bytes: Uint8Array): ForeignId | undefined => {
  const id = latin1.decode(bytes);
  return IMEI.test(id) ? { format: 'teltonika', id } : undefined;
};

/** Routes a packet to a device; without a name to whoever is connected. */
export const toTeltonika = ({ id }: ForeignId, slice: Uint8Array) =>
  foreignDevice('teltonika', id, slice) ?? { device: '', slice };

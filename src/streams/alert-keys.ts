import type { AlertId, VehicleId } from '../model/ids.js';
import type { AlertEffect } from './fold/effects.js';

export const pad = (n: number): string => String(n).padStart(16, '0');

export const OPEN = 'alerts/open/';
export const STREAM = 'alerts/stream/';
export const ERASING = 'alerts/erasing/';

/** Where what is kept of alerts stands in the state store: numbers in the order of texts. */
export const key = {
  alert: (id: AlertId) => `alerts/by-id/${id}`,
  open: (vehicle: VehicleId, id: AlertId) => `${OPEN}${vehicle}/${id}`,
  outbox: ({ partition, offset, n }: AlertEffect) => `alerts/outbox/${pad(partition)}/${pad(offset)}/${pad(n)}`,
  stream: (cursor: number) => `${STREAM}${pad(cursor)}`,
  erasing: (id: AlertId) => `${ERASING}${id}`,
};

import { connectDevice, type Device, type DeviceOptions } from './device.js';
import { restClient } from './rest-client.js';
import type { Telltale } from './start-telltale.js';

export interface RegisteredDevice extends Device {
  /** As the registration told it. */
  readonly secret: string;
}

/** Registers a device, its vehicle with it, and connects it with the secret that it was given. */
export const connectRegistered = async (
  { http, mqtt, adminToken }: Pick<Telltale, 'http' | 'mqtt' | 'adminToken'>,
  id: string,
  { vehicle, ...options }: { vehicle?: string } & Partial<Omit<DeviceOptions, 'id' | 'secret'>> = {},
): Promise<RegisteredDevice> => {
  const { secret } = await restClient(http, adminToken).post<{ secret: string }>('/devices', { id, vehicle });
  return { ...(await connectDevice({ mqtt, id, secret, ...options })), secret };
};

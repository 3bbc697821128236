import type { Geofence } from '../../model/geofence.js';
import type { DeviceId, VehicleId } from '../../model/ids.js';
import type { Instant } from '../../model/units.js';
import { traitsOf } from '../../simulator/vehicle-traits.js';
import { livedBefore, servicePlanOf } from './demo-lives.js';
import type { RestClient } from './rest-client.js';

/** A vehicle of the demo with its device's credentials. */
export interface DemoVehicle {
  vehicle: VehicleId;
  name: string;
  device: DeviceId;
  secret: string;
}

const GROUPS = ['north depot', 'south depot', 'harbour depot'];
/** Requests on their way at the same time. */
const AT_ONCE = 5;

/** Registers vehicles, devices and drivers; each driver has one vehicle from `since` on. Names are numbers: nobody is meant. */
export const registerFleet = async (rest: RestClient, count: number, seed: string, since: Instant): Promise<DemoVehicle[]> => {
  const fleet: DemoVehicle[] = [];
  const register = async (no: number): Promise<void> => {
    const two = String(no + 1).padStart(2, '0');
    const { class: vehicleClass, tank_l, displacement_l } = traitsOf(seed, no);
    const [vehicle, device, driver] = [`v-${two}`, `dev-${two}`, `d-${two}`];
    const name = `${vehicleClass[0]!.toUpperCase()}${vehicleClass.slice(1)} ${two}`;
    const group = GROUPS[no % GROUPS.length]!;
    await rest.post('/vehicles', {
      ...{ id: vehicle, name, class: vehicleClass, fuel_type: 'petrol', group, tank_l, displacement_l },
      ...(livedBefore(no) && { service_plan: servicePlanOf(no, since) }),
    });
    const { secret } = await rest.post<{ secret: string }>('/devices', { id: device, vehicle });
    await rest.post('/drivers', { id: driver, name: `Driver ${two}`, group });
    await rest.post(`/drivers/${driver}/assignments`, { vehicle, from: new Date(since).toISOString(), to: null });
    fleet[no] = { vehicle, name, device, secret };
  };
  const numbers = Array.from({ length: count }, (_, no) => no);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let no = numbers.shift(); no !== undefined; no = numbers.shift()) await register(no);
    }),
  );
  return fleet;
};

/** What a litre costs, so that waste has a price. */
export const setPrices = (rest: RestClient): Promise<unknown> =>
  rest.put('/settings/fuel', { currency: 'EUR', per_unit: { petrol: 1.79, diesel: 1.68 } });

export const registerFences = async (rest: RestClient, fences: readonly Geofence[]): Promise<void> => {
  for (const fence of fences) await rest.post('/geofences', fence);
};

import type { VehicleId } from '../../model/ids.js';
import type { Partition } from '../../model/record.js';

/** FNV-1a, 32 bits, over the UTF-16 units of the id. @see http://www.isthe.com/chongo/tech/comp/fnv/ */
export const partitionOfKey = (vehicle: VehicleId, partitions: number): Partition => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < vehicle.length; i++) hash = Math.imul(hash ^ vehicle.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % partitions;
};

import type { DriverId } from '../../model/ids.js';
import type { ApiDeps } from '../api-deps.js';
import type { Caller } from '../caller.js';
import { unprocessable } from '../http/problem.js';
import { inGroups } from '../scope.js';

/**
 * A user or token that is a driver sees what is theirs: whoever gives that away must see the driver.
 * A driver whom nobody registered yet is seen by administrators of all groups alone.
 * @throws {ApiProblem} 422 by the field `driver`, the same for one of another group as for none
 */
export const seenDriver = async (
  { database }: Pick<ApiDeps, 'database'>,
  caller: Caller,
  driver: DriverId | null,
): Promise<DriverId | null> => {
  if (driver !== null && !inGroups(caller, (await database.driver(driver))?.group))
    throw unprocessable('driver', `there is no driver '${driver}'`, { code: 'no_such', what: 'driver', id: driver });
  return driver;
};

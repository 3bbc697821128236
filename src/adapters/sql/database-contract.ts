import type { Database } from '../../ports/database.js';
import { accessContract } from './contract/access-contract.js';
import { auditContract } from './contract/audit-contract.js';
import { contractDatabases } from './contract/databases-of-contract.js';
import { daysContract } from './contract/days-contract.js';
import { driversContract } from './contract/drivers-contract.js';
import { listsContract } from './contract/lists-contract.js';
import { recordsContract } from './contract/records-contract.js';
import { rollUpsContract } from './contract/roll-ups-contract.js';
import { scoresContract } from './contract/scores-contract.js';
import { tablesContract } from './contract/tables-contract.js';

/**
 * What every database has to do, whatever stands behind it.
 * @param open gives a database that is empty; a second call with the same name opens the same one once more
 */
export const databaseContract = (open: (name: string) => Promise<Database>): void => {
  const databases = contractDatabases(open);
  tablesContract(databases);
  rollUpsContract(databases);
  listsContract(databases);
  daysContract(databases);
  recordsContract(databases);
  scoresContract(databases);
  driversContract(databases);
  accessContract(databases);
  auditContract(databases);
};

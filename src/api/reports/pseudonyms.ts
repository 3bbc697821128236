import { createHmac } from 'node:crypto';
import type { DriverId } from '../../model/ids.js';

/**
 * Names that lead to nobody: `Driver 01` and so on, the same within one report and whenever it is made again, others in every other
 * report. Who has no key cannot find out who is who, nor follow somebody from report to report.
 * @param key a secret of the server   @param report what makes the report this one: its period and group
 */
export const pseudonyms = (drivers: readonly DriverId[], key: string, report: string): Map<DriverId, string> => {
  const marks = new Map(
    drivers.map(driver => [driver, createHmac('sha256', key).update(`${report}\u0000${driver}`).digest('hex')]),
  );
  const width = Math.max(2, String(drivers.length).length);
  return new Map(
    [...drivers]
      .sort((a, b) => (marks.get(a)! < marks.get(b)! ? -1 : 1))
      .map((driver, i) => [driver, `Driver ${String(i + 1).padStart(width, '0')}`]),
  );
};

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../../../ports/database.js';
import { sampleStart } from '../sample-rows.js';
import { all, type ContractDatabases } from './databases-of-contract.js';

/** Who did what. */
export const auditContract = ({ fresh }: ContractDatabases): void => {
  describe('the audit', () => {
    let database: Database;
    beforeAll(async () => {
      database = await fresh('audit');
    });

    // Proves: the audit is newest first and written once, with details of any shape.
    test('audit is kept', async () => {
      const entry = (n: number, detail: unknown) => ({
        ...{ id: `audit-${n}`, at: sampleStart + Math.floor(n / 2), by: 'user-1', action: 'rule.put', subject: "o'clock" },
        detail,
      });
      const entries = [entry(0, null), entry(1, { a: [1, 'x'] }), entry(2, 'text'), entry(3, 7)];
      for (const one of entries) await database.addAudit(one);
      await database.addAudit({ ...entries[0]!, action: 'forged' });
      expect(await all(page => database.audit(page), 1)).toEqual(entries.toReversed());
    });

    // Proves: the audit trail is searched by who, what, on what and when; what is asked is words, no patterns.
    test('the audit trail by filters', async () => {
      const entry = (n: number, more: object) => ({
        ...{ id: `filtered-${n}`, at: sampleStart + n, by: 'ada', action: 'POST /import/vehicles', subject: '', detail: null },
        ...more,
      });
      const entries = [
        entry(1, {}),
        entry(2, { by: 'mo', action: 'POST /import/drivers' }),
        entry(3, { action: 'GET /export/vehicles', subject: 'x' }),
        entry(4, { action: 'PUT /%_' }),
      ];
      for (const one of entries) await database.addAudit(one);
      const ids = async (query: object) =>
        (await all(page => database.audit({ ...page, ...query }), 2)).map(({ id }) => id).filter(id => id.startsWith('filtered'));
      expect(await ids({ action: 'POST /import' })).toEqual(['filtered-2', 'filtered-1']);
      expect(await ids({ by: 'mo', action: 'POST' })).toEqual(['filtered-2']);
      expect(await ids({ subject: 'x' })).toEqual(['filtered-3']);
      expect(await ids({ action: 'P%' })).toEqual([]);
      expect(await ids({ action: 'PUT /%' })).toEqual(['filtered-4']);
      expect(await ids({ from: sampleStart + 2, to: sampleStart + 3 })).toEqual(['filtered-3', 'filtered-2']);
    });
  });
};

// Proves: an entry waits while SQL is away and gets there in order; one that SQL refuses holds up nobody.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';
import { createAuditTrail } from './audit-trail.js';

const caller = {
  id: 'user:1',
  name: 'mo',
  role: 'admin',
  groups: [],
  driver: null,
  user: '1',
  via: 'bearer',
  expiresAt: null,
} as const;

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi();
});
afterEach(() => api.close());

test('entries wait for SQL, in order, without secrets', async () => {
  const retries: (() => void)[] = [];
  const clock = {
    ...api.deps.clock,
    after: (_: number, task: () => void) => {
      retries.push(task);
      return () => {};
    },
  };
  const log = { ...api.deps.log, error() {} };
  const trail = createAuditTrail({ ...api.deps, log, clock });
  api.database.away = true;
  await trail.record(caller, 'POST /users', 'one', { user: 'jo', password: 'hush' });
  api.database.away = false;
  await trail.record(caller, 'POST /users', 'refused', null);
  await trail.record(caller, 'POST /users', 'three', 'x');
  const { addAudit } = api.database;
  api.database.addAudit = async entry => {
    if (entry.subject === 'refused') throw new Error('Data too long');
    await addAudit(entry);
  };
  retries.shift()!();
  await new Promise(resolve => setTimeout(resolve, 20));
  expect(api.database.rows.audit.map(({ subject }) => subject)).toEqual(['three', 'one']);
  expect(api.database.rows.audit[1]!.detail).toEqual({ user: 'jo' });
  expect(api.counters.get('api_audit_lost')).toBe(1);
});

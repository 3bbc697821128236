// Proves: every route asks the one table of roles, for every role, and asks nobody twice; a browser's cookie alone changes nothing.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROLES, type Role } from '../ports/database.js';
import { ACTIONS, mayDo, ROLES_OF } from './roles.js';
import { startTestApi, type TestApi } from './testing/start-test-api.js';

let api: TestApi;
const tokens = new Map<Role, string>();
beforeAll(async () => {
  api = await startTestApi();
  for (const role of ROLES) tokens.set(role, await api.tokenOf(role));
});
afterAll(() => api.close());

const filled = (path: string) => `/v1${path.replaceAll(/\{\w+\}/g, 'nobody')}`;

describe.each(ROLES)('the role %s', role => {
  test('may what the table says, on every route', async () => {
    const wrong: string[] = [];
    for (const { method, path, action } of api.api.routes) {
      if (action === null || path === '/session') continue;
      const { status } = await api.ask(method.toUpperCase(), filled(path), {
        token: tokens.get(role)!,
        body: method === 'get' ? undefined : {},
      });
      // A driver's token that belongs to no driver owns nothing: refused further in, by the same status.
      const refused = status === 403 && !(role === 'driver' && mayDo(role, action));
      if (refused === mayDo(role, action) || status >= 500) wrong.push(`${method} ${path}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });
});

test('without credentials every route but the log-in is 401', async () => {
  for (const { method, path, action } of api.api.routes) {
    const { status } = await api.ask(method.toUpperCase(), filled(path), {
      token: null,
      body: method === 'get' ? undefined : {},
    });
    expect([path, status]).toEqual([path, action === null ? 400 : 401]);
  }
});

test('the table is the one of the contract', () => {
  const may = (role: Role) => ACTIONS.filter(action => mayDo(role, action));
  expect(may('admin')).toEqual(ACTIONS);
  expect(may('viewer')).toEqual(['session.own', 'live.read']);
  expect(may('driver')).toEqual(['session.own', 'scorecards.read', 'drivers.export', 'alerts.contest', 'trips.read']);
  expect(may('investigator')).toContain('evidence.read');
  expect(may('coach')).not.toContain('alerts.handle');
  expect(ROLES_OF['alerts.handle']).toEqual(['admin', 'fleet_manager']);
});

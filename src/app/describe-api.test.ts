// Proves: the API can be described with nothing running, whole, so that clients can be made from it before there is a server.
import { expect, test } from '@jest/globals';
import { startTestApi } from '../api/testing/start-test-api.js';
import { describeApi } from './describe-api.js';

test('the description without a server has every path and method that a running one has', async () => {
  const api = await startTestApi();
  try {
    const { paths } = describeApi() as { paths: Record<string, Record<string, unknown>> };
    const described = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(method => `${method} ${path}`));
    expect(described.sort()).toEqual(api.api.routes.map(({ method, path }) => `${method} ${path}`).sort());
  } finally {
    await api.close();
  }
});

// Proves: the description is whole: every body has an example that the route takes, every answer one of its shape, every refusal is named,
// and nothing has a name for two shapes.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestApi, type TestApi } from '../testing/start-test-api.js';

interface Content {
  content?: Record<string, { schema: object; example?: unknown }>;
}
interface Operation {
  summary: string;
  requestBody?: Content;
  parameters: { name: string; schema: object }[];
  responses: Record<string, Content & { $ref?: string; description?: string }>;
}

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const operations = () =>
  api.api.routes.map(route => ({
    route,
    operation: (api.api.openApi.paths as Record<string, Record<string, Operation>>)[route.path]![route.method]!,
  }));

test('every body has an example, and the route would take it', () => {
  const wrong = operations().flatMap(({ route, operation }) => {
    if (route.body === undefined) return [];
    const example = operation.requestBody!.content!['application/json']!.example;
    const result = route.body.safeParse(example);
    return result.success ? [] : [[route.method, route.path, example, result.error.issues]];
  });
  expect(wrong).toEqual([]);
});

test('every answer has an example of its shape', () => {
  const wrong = operations().flatMap(({ route, operation }) => {
    if (route.answer === undefined) return [];
    const example = operation.responses[String(route.status ?? 200)]!.content!['application/json']!.example;
    const result = route.answer.safeParse(example);
    return result.success ? [] : [[route.method, route.path, result.error.issues]];
  });
  expect(wrong).toEqual([]);
});

test('refusals are named where they can come', () => {
  for (const { route, operation } of operations()) {
    const statuses = Object.keys(operation.responses);
    if (route.action !== null) expect([route.path, statuses]).toEqual([route.path, expect.arrayContaining(['401', '403'])]);
    if (route.path.includes('{')) expect([route.path, statuses]).toEqual([route.path, expect.arrayContaining(['404'])]);
    if (route.body ?? route.query) expect([route.path, statuses]).toEqual([route.path, expect.arrayContaining(['400'])]);
    expect(statuses).toContain('default');
    expect(operation.summary.length).toBeGreaterThan(3);
  }
});

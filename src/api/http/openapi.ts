import { z } from 'zod';
import type { AnyRoute } from './route.js';

type Json = Record<string, unknown>;

/** OpenAPI 3.1 of the routes, out of the schemas that check them. Schemas with an id stand once, under `components`. */
export const openApiOf = (routes: readonly AnyRoute[], version: string): Json => {
  const components: Json = { Problem: problemSchema };
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
    const { $schema: _, $defs, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & { $defs?: Json };
    Object.assign(components, pointToComponents($defs ?? {}));
    return pointToComponents(json);
  };

  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, schemaOf) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Telltale',
      version,
      description:
        'Times are ISO 8601 UTC; epoch milliseconds are accepted too. Lists answer `{"items", "next"}`: `next` goes back in as `cursor`. ' +
        'Errors are RFC 9457 problems that name the field.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ bearer: [] }, { session: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'telltale_session' },
      },
    },
  };
};

const operationOf = (route: AnyRoute, schemaOf: (schema: z.ZodType, io: 'input' | 'output') => Json): Json => {
  const status = String(route.status ?? (route.answer === undefined && route.produces === undefined ? 204 : 200));
  return {
    operationId: `${route.method}${route.path.replaceAll(/[^A-Za-z]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: [route.tag],
    summary: route.summary,
    ...(route.action === null && { security: [] }),
    parameters: [...parametersOf(route.params, 'path', schemaOf), ...parametersOf(route.query, 'query', schemaOf)],
    ...(route.consumes !== undefined && { requestBody: fileBody(route.consumes) }),
    ...(route.body !== undefined && { requestBody: bodyOf(schemaOf(route.body, 'input')) }),
    responses: { [status]: successOf(route, schemaOf), default: problemAnswer },
  };
};

/** A body whose fields may all be left out may be left out itself. */
const bodyOf = (schema: Json): Json => ({
  required: !('properties' in schema) || 'required' in schema,
  content: { 'application/json': { schema } },
});

const fileBody = (types: readonly string[]): Json => ({
  required: true,
  content: Object.fromEntries(types.map(type => [type, { schema: type.endsWith('json') ? {} : { type: 'string' } }])),
});

const successOf = (route: AnyRoute, schemaOf: (schema: z.ZodType, io: 'input' | 'output') => Json): Json => {
  if (route.produces !== undefined) {
    return {
      description: 'The file',
      content: Object.fromEntries(route.produces.map(type => [type, { schema: { type: 'string' } }])),
    };
  }
  if (route.answer === undefined) return { description: 'Done' };
  return { description: 'The answer', content: { 'application/json': { schema: schemaOf(route.answer, 'output') } } };
};

const parametersOf = (
  schema: z.ZodType | undefined,
  where: 'path' | 'query',
  schemaOf: (schema: z.ZodType, io: 'input' | 'output') => Json,
): Json[] => {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...shape }]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: shape,
  }));
};

const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'A stable word for programs' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    field: { type: 'string', description: 'The first of the offending fields' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { field: { type: 'string' }, message: { type: 'string' } },
        required: ['field', 'message'],
      },
    },
  },
};

const problemAnswer: Json = {
  description: 'What went wrong',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const pointToComponents = (json: Json): Json =>
  JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;

import { z } from 'zod';
import { exampleOf } from './example-of.js';
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
  addExamples(routes, paths, components);
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
      responses: Object.fromEntries(
        Object.entries(REFUSALS).map(([status, description]) => [`Refused${status}`, { ...problemAnswer, description }]),
      ),
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
    responses: {
      [status]: successOf(route, schemaOf),
      ...(route.later && { 202: successOf({ ...route, answer: route.later }, schemaOf) }),
      ...refusalsOf(route),
      default: problemAnswer,
    },
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

/** What can be answered instead, by the route's own shape. */
const refusalsOf = ({ action, path, body, query, consumes, method }: AnyRoute): Json => {
  const can: Record<string, boolean> = {
    400: body !== undefined || query !== undefined,
    401: action !== null,
    403: action !== null,
    404: path.includes('{'),
    409: method === 'post',
    413: body !== undefined || consumes !== undefined,
    422: body !== undefined || consumes !== undefined,
    429: true,
    503: true,
  };
  const told = Object.keys(can).filter(status => can[status]);
  return Object.fromEntries(told.map(status => [status, { $ref: `#/components/responses/Refused${status}` }]));
};

const REFUSALS: Readonly<Record<string, string>> = {
  400: 'Something is missing or malformed; `errors` names each field',
  401: 'Nobody is logged in',
  403: 'The role may not do this, or it reaches beyond your groups',
  404: 'It is not there, or not yours to know of',
  409: 'It clashes with what is there',
  413: 'The body is too large',
  422: 'Well formed, but it cannot be meant; `errors` names the field',
  429: 'Too many requests; `Retry-After` says how long to wait',
  503: 'SQL is away; `Retry-After` says when to try again',
};

const successOf = (route: AnyRoute, schemaOf: (schema: z.ZodType, io: 'input' | 'output') => Json): Json => {
  const files = Object.fromEntries((route.produces ?? []).map(type => [type, { schema: { type: 'string' } }]));
  if (route.answer === undefined)
    return route.produces === undefined ? { description: 'Done' } : { description: 'The file', content: files };
  return { description: 'The answer', content: { 'application/json': { schema: schemaOf(route.answer, 'output') }, ...files } };
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

const sentences: Json = {
  type: 'array',
  items: { $ref: '#/components/schemas/Saying' },
  description: 'The same for other languages',
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
        properties: { field: { type: 'string' }, message: { type: 'string' }, said: sentences },
        required: ['field', 'message'],
      },
    },
    said: sentences,
  },
};

const problemAnswer: Json = {
  description: 'What went wrong',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const pointToComponents = (json: Json): Json =>
  JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;

/** Examples beside the schemas, once all schemas are known. */
const addExamples = (routes: readonly AnyRoute[], paths: Record<string, Json>, components: Json): void => {
  for (const route of routes) {
    const { requestBody, responses } = paths[route.path]![route.method] as {
      requestBody?: Media;
      responses: Record<string, Media>;
    };
    const body = route.body && requestBody?.content?.['application/json'];
    if (body) body.example = route.example ?? exampleOf(body.schema, components);
    const answer = route.answer && responses[String(route.status ?? 200)]?.content?.['application/json'];
    if (answer) answer.example = exampleOf(answer.schema, components, true);
  }
};

interface Media {
  content?: Record<string, { schema: Json; example?: unknown }>;
}

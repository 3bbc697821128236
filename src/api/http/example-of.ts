type Json = Record<string, unknown>;

/** Values as they look in a real fleet, by the name of the field. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  id: 'v-12',
  name: 'Van 12',
  vehicle: 'v-12',
  vehicles: ['v-12'],
  driver: 'd-17',
  group: 'north',
  groups: ['north'],
  user: 'mo',
  password: 'a long passphrase',
  token: 'tt_…',
  url: 'https://dispatch.example.com/telltale',
  email: 'night@example.com',
  zone: 'Europe/Berlin',
  note: 'Called the driver.',
  kind: 'harsh_braking',
  lat: 42.2808,
  lon: -83.743,
  from: '2026-11-22T08:00:00Z',
  to: '2026-11-22T16:00:00Z',
  days: [1, 2, 3, 4, 5],
  coordinates: [-83.743, 42.2808],
  radius_m: 150,
  points: 20,
  vin: 'WVWZZZ1JZXW000001',
  message: 'Braked with 4.6 m/s².',
  unit: 'm/s2',
};
const AT = '2026-11-22T08:00:00.000Z';
/** Texts of every form that our schemas ask for; the first that fits is taken. */
const TEXTS = [
  'text',
  '07:00',
  AT,
  '2026-11-22',
  'https://dispatch.example.com/',
  'night@example.com',
  'EUR',
  'a longer text, as it may be',
];

/**
 * A value that a JSON schema describes, for people to look at and for tests to send.
 * @param components where `$ref` leads
 * @param whole every property; else only those that are required
 */
export const exampleOf = (schema: Json, components: Json, whole = false, name = '', depth = 0): unknown => {
  const within = (inner: Json, called = name): unknown => exampleOf(inner, components, whole, called, depth + 1);
  if (typeof schema.$ref === 'string') return within(components[schema.$ref.split('/').at(-1)!] as Json);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum.includes(BY_NAME[name]) ? BY_NAME[name] : schema.enum[0];
  const choices = (schema.anyOf ?? schema.oneOf) as Json[] | undefined;
  if (choices !== undefined) return within(choices.find(({ type }) => type === 'object' || type === 'array') ?? choices[0]!);
  if (Array.isArray(schema.allOf)) return Object.assign({}, ...schema.allOf.map(part => within(part as Json)));
  // `["string", "null"]`: what may be null mostly is something.
  if (Array.isArray(schema.type)) return within({ ...schema, type: schema.type[0] });
  switch (schema.type) {
    case 'object':
      return objectOf(schema, whole && depth < 6, within);
    case 'array':
      return arrayOf(schema, whole, name, within);
    case 'string':
      return textOf(schema, name);
    case 'integer':
    case 'number':
      return numberOf(schema, name);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return whole ? {} : 'text';
  }
};

type Within = (inner: Json, called?: string) => unknown;

const objectOf = (schema: Json, whole: boolean, within: Within): Json => {
  const properties = (schema.properties ?? {}) as Record<string, Json>;
  const names = whole ? Object.keys(properties) : ((schema.required ?? []) as string[]);
  return Object.fromEntries(names.map(name => [name, within(properties[name] ?? {}, name)]));
};

const arrayOf = (schema: Json, whole: boolean, name: string, within: Within): unknown[] => {
  const tuple = schema.prefixItems as Json[] | undefined;
  if (tuple !== undefined) return tuple.map(item => within(item));
  const items = (schema.items ?? {}) as Json;
  const known = BY_NAME[name];
  // Where positions are nested, only the innermost is one.
  if (Array.isArray(known) && items.type !== 'array' && items.type !== 'object') return known;
  const least = Math.max(Number(schema.minItems ?? 0), whole ? 1 : 0);
  return Array.from({ length: least }, () => within(items));
};

const textOf = (schema: Json, name: string): string => {
  if (schema.format === 'date-time') return AT;
  const pattern = new RegExp(typeof schema.pattern === 'string' ? schema.pattern : '');
  const fits = (text: unknown): text is string =>
    typeof text === 'string' &&
    pattern.test(text) &&
    text.length >= Number(schema.minLength ?? 0) &&
    text.length <= Number(schema.maxLength ?? Number.POSITIVE_INFINITY);
  return [BY_NAME[name], ...TEXTS].find(fits) ?? 'text';
};

const numberOf = (schema: Json, name: string): number => {
  const known = BY_NAME[name];
  if (typeof known === 'number') return known;
  const least = typeof schema.exclusiveMinimum === 'number' ? schema.exclusiveMinimum + 1 : schema.minimum;
  return typeof least === 'number' && least > Number.MIN_SAFE_INTEGER ? least : 1;
};

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const IS: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: value => typeof value === 'string',
  number: value => typeof value === 'number' && Number.isFinite(value),
  integer: value => Number.isInteger(value),
  boolean: value => typeof value === 'boolean',
  null: value => value === null,
};
/** What does not bear on whether a value fits. */
const NOTES = new Set(['description', 'default', 'id', 'title', 'examples', 'example', '$schema', 'readOnly']);

/**
 * What of a JSON schema a value breaks, each with the path to it.
 * @param components where `$ref` leads
 * @throws {Error} the schema has a word that is not known here: it would be held for kept
 */
export const problemsBySchema = (value: unknown, schema: Json, components: Json, path = '$'): string[] => {
  const problems: string[] = [];
  const wrong = (what: unknown) =>
    problems.push(`${path} is ${JSON.stringify(value)?.slice(0, 120)}, not ${JSON.stringify(what)}`);
  const within = (inner: unknown, by: unknown, name: string) =>
    problems.push(...problemsBySchema(inner, by as Json, components, `${path}${name}`));
  const number = (holds: (n: number) => boolean, what: string) => {
    if (typeof value === 'number' && !holds(value)) wrong(what);
  };
  const length = (of: unknown, holds: (n: number) => boolean, what: string) => {
    if ((typeof of === 'string' || Array.isArray(of)) && !holds(of.length)) wrong(what);
  };

  for (const [word, by] of Object.entries(schema)) {
    if (NOTES.has(word)) continue;
    switch (word) {
      case '$ref':
        within(value, components[String(by).split('/').at(-1)!], '');
        break;
      case 'type':
        if (![by].flat().some(type => IS[type as string]!(value))) wrong(by);
        break;
      case 'const':
        if (value !== by) wrong(by);
        break;
      case 'enum':
        if (!(by as unknown[]).includes(value)) wrong(by);
        break;
      case 'anyOf':
      case 'oneOf': {
        const each = (by as Json[]).map(one => problemsBySchema(value, one, components, path));
        const fitting = each.filter(({ length: n }) => n === 0).length;
        if (fitting === 0 || (word === 'oneOf' && fitting > 1))
          problems.push(...(each.sort((a, b) => a.length - b.length)[0] ?? []));
        break;
      }
      case 'allOf':
        for (const one of by as Json[]) within(value, one, '');
        break;
      case 'properties':
        if (isObject(value))
          for (const [name, one] of Object.entries(by as Json)) if (name in value) within(value[name], one, `.${name}`);
        break;
      case 'required':
        if (isObject(value)) for (const name of by as string[]) if (!(name in value)) problems.push(`${path}.${name} is missing`);
        break;
      case 'additionalProperties':
        if (isObject(value)) {
          for (const name of Object.keys(value)) {
            if (name in ((schema.properties as Json | undefined) ?? {})) continue;
            if (by === false) problems.push(`${path}.${name} is not described`);
            else within(value[name], by, `.${name}`);
          }
        }
        break;
      case 'propertyNames':
        if (isObject(value)) for (const name of Object.keys(value)) within(name, by, `.(${name})`);
        break;
      case 'items':
        if (Array.isArray(value)) for (const [n, item] of value.entries()) within(item, by, `[${n}]`);
        break;
      case 'pattern':
        if (typeof value === 'string' && !new RegExp(String(by), 'u').test(value)) wrong(by);
        break;
      case 'format':
        if (by === 'date-time' && typeof value === 'string' && !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) wrong(by);
        break;
      case 'minimum':
        number(n => n >= Number(by), `at least ${by}`);
        break;
      case 'maximum':
        number(n => n <= Number(by), `at most ${by}`);
        break;
      case 'exclusiveMinimum':
        number(n => n > Number(by), `above ${by}`);
        break;
      case 'minLength':
      case 'minItems':
        length(value, n => n >= Number(by), `${word} ${by}`);
        break;
      case 'maxLength':
      case 'maxItems':
        length(value, n => n <= Number(by), `${word} ${by}`);
        break;
      default:
        throw new Error(`${path}: what does '${word}' of a schema mean?`);
    }
  }
  return problems;
};

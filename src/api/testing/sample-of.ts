type Json = Record<string, unknown>;

/** Texts of every form that our schemas ask for; the first that fits is taken. */
const TEXTS = [
  'x1',
  '07:00',
  '2026-11-22T00:00:00Z',
  'https://receiver.example/in',
  'a@b.example',
  '2026-11-22',
  'a long enough text',
];

/** A small value that a JSON schema takes. @param components where `$ref` leads */
export const sampleOf = (schema: Json, components: Json): unknown => {
  if (typeof schema.$ref === 'string') return sampleOf(components[schema.$ref.split('/').at(-1)!] as Json, components);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const choices = (schema.anyOf ?? schema.oneOf) as Json[] | undefined;
  if (choices !== undefined) return sampleOf(choices[0]!, components);
  const all = schema.allOf as Json[] | undefined;
  if (all !== undefined) return Object.assign({}, ...all.map(part => sampleOf(part, components)));
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        ((schema.required as string[] | undefined) ?? []).map(name => [
          name,
          sampleOf((schema.properties as Record<string, Json>)[name] ?? {}, components),
        ]),
      );
    case 'array': {
      const items = (schema.prefixItems as Json[] | undefined) ?? [];
      if (items.length > 0) return items.map(item => sampleOf(item, components));
      const least = (schema.minItems as number | undefined) ?? 0;
      return Array.from({ length: least }, () => sampleOf(schema.items as Json, components));
    }
    case 'string': {
      const pattern = new RegExp((schema.pattern as string | undefined) ?? '');
      const fits = (text: string) => pattern.test(text) && text.length >= ((schema.minLength as number | undefined) ?? 0);
      return TEXTS.find(fits) ?? 'x1';
    }
    case 'integer':
    case 'number':
      return (schema.minimum as number | undefined) ?? ((schema.exclusiveMinimum as number | undefined) ?? 0) + 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return 'x1';
  }
};

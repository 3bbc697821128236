import type { XmlElement } from './parse-xml.js';

/** What a schema says of one type: its attributes, its children in their order, or its text. */
export interface XmlType {
  attributes?: Readonly<Record<string, (value: string) => boolean>>;
  /** xsd:sequence: each child by name (`{uri}local`), with how often it may be there at least and at most. */
  sequence?: readonly Child[];
  /** xsd:any with other namespaces, each known one by its type; what is not known is not looked into. */
  others?: Readonly<Record<string, XmlType>>;
  text?: (value: string) => boolean;
}
export type Child = readonly [name: string, type: () => XmlType, least: number, most: number];

/** What breaks the schema, each with the path to it. */
export const problemsOf = (element: XmlElement, type: XmlType, path = localOf(element.name)): string[] => {
  const problems: string[] = [];
  for (const [name, fits] of Object.entries(type.attributes ?? {})) {
    const value = element.attributes[name];
    if (value === undefined || !fits(value)) problems.push(`${path}@${name} is ${value}`);
  }
  for (const name of Object.keys(element.attributes))
    if (type.attributes?.[name] === undefined) problems.push(`${path}@${name} is unknown`);
  if (type.text === undefined ? element.text.trim() !== '' : !type.text(element.text))
    problems.push(`${path} has the text '${element.text.slice(0, 80)}'`);

  const below = (child: XmlElement, n: number) => `${path}/${localOf(child.name)}[${n}]`;
  if (type.others !== undefined) {
    for (const [n, child] of element.children.entries()) {
      const known = type.others[child.name];
      if (!child.name.startsWith('{') || known === undefined) problems.push(`${below(child, n)} is unknown`);
      else problems.push(...problemsOf(child, known, below(child, n)));
    }
    return problems;
  }
  let at = 0;
  for (const [name, of, least, most] of type.sequence ?? []) {
    let count = 0;
    for (; element.children[at]?.name === name; at++, count++)
      problems.push(...problemsOf(element.children[at]!, of(), below(element.children[at]!, at)));
    if (count < least || count > most) problems.push(`${path} has ${count} of ${localOf(name)}`);
  }
  // Unknown, or in the wrong place of the sequence.
  if (at < element.children.length) problems.push(`${below(element.children[at]!, at)} may not be there`);
  return problems;
};

const localOf = (name: string): string => name.replace(/^\{.*\}/, '');

/** xsd:decimal: no exponent. */
export const decimal =
  (least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, below = Number.POSITIVE_INFINITY) =>
  (text: string): boolean =>
    /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) && Number(text) >= least && Number(text) <= most && Number(text) < below;

/** xsd:dateTime in UTC that is a time of the calendar. */
export const utc = (text: string): boolean => {
  const parts = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d+)?Z$/.exec(text);
  return parts !== null && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(parts[1]!);
};

export const anyText = (): boolean => true;

/** An element as it stands in the document: its name with the namespace resolved, `{uri}local`. */
export interface XmlElement {
  name: string;
  /** By name; namespaced ones as `{uri}local`, declarations of namespaces left out. */
  attributes: Readonly<Record<string, string>>;
  children: readonly XmlElement[];
  /** Character data directly in it, entities resolved. */
  text: string;
}

const NAME = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?';
const DECLARATION = /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/;
const TAG = new RegExp(`<(/?)(${NAME})((?:\\s+${NAME}="[^"<]*")*)\\s*(/?)>`, 'y');
const ATTRIBUTE = new RegExp(`(${NAME})="([^"<]*)"`, 'g');
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * A document of the plain kind that exports are: elements, attributes, text, the five entities; no DTD, comments or CDATA.
 * @throws {Error} where it is not well-formed, or a prefix stands for nothing; with the place
 */
export const parseXml = (document: string): XmlElement => {
  const head = DECLARATION.exec(document)?.[0];
  if (head === undefined) throw new Error('no XML declaration of version 1.0 in UTF-8');
  let at = head.length;
  const wrong = (what: string) => new Error(`${what} at ${at}: ${document.slice(at, at + 60)}`);
  const textOf = (raw: string): string => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 §2.2 allows none of these
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/.test(raw))
      throw wrong('a character that XML does not have');
    if (raw.includes(']]>')) throw wrong(']]> in text');
    return raw.replaceAll(/&([^;]*);?/g, (whole, name: string) => {
      if (!whole.endsWith(';') || ENTITIES[name] === undefined) throw wrong(`${whole} is no entity`);
      return ENTITIES[name];
    });
  };

  const element = (scope: Readonly<Record<string, string>>): XmlElement => {
    TAG.lastIndex = at;
    const tag = TAG.exec(document);
    if (tag === null || tag[1] === '/') throw wrong('no element');
    at = TAG.lastIndex;
    const own = { ...scope };
    const given = new Map<string, string>();
    for (const [, name, value] of tag[3]!.matchAll(ATTRIBUTE)) {
      if (given.has(name!)) throw wrong(`${name} is given twice`);
      given.set(name!, textOf(value!));
      if (name === 'xmlns') own[''] = value!;
      else if (name!.startsWith('xmlns:')) own[name!.slice('xmlns:'.length)] = value!;
    }
    const resolved = (name: string, byDefault: string): string => {
      const [prefix, local] = name.includes(':') ? (name.split(':') as [string, string]) : ['', name];
      const uri = prefix === '' ? byDefault : own[prefix];
      if (uri === undefined) throw wrong(`the prefix ${prefix} stands for nothing`);
      return uri === '' ? local : `{${uri}}${local}`;
    };
    const attributes = Object.fromEntries(
      [...given].filter(([name]) => !name.startsWith('xmlns')).map(([name, value]) => [resolved(name, ''), value]),
    );
    const children: XmlElement[] = [];
    let text = '';
    const done = () => ({ name: resolved(tag[2]!, own[''] ?? ''), attributes, children, text });
    if (tag[4] === '/') return done();
    for (;;) {
      const next = document.indexOf('<', at);
      if (next < 0) throw wrong(`${tag[2]} is not closed`);
      text += textOf(document.slice(at, next));
      at = next;
      if (document[at + 1] !== '/') {
        children.push(element(own));
        continue;
      }
      TAG.lastIndex = at;
      const end = TAG.exec(document);
      if (end === null || end[2] !== tag[2] || end[3] !== '' || end[4] !== '') throw wrong(`${tag[2]} is not closed`);
      at = TAG.lastIndex;
      return done();
    }
  };

  const root = element({});
  if (document.slice(at).trim() !== '') throw wrong('something after the root element');
  return root;
};

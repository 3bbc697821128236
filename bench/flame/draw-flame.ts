import type { Call } from './call-tree.js';

const [WIDTH, ROW, MARGIN, HEAD] = [1_400, 17, 10, 62] as const;
/** Narrower than this is left out, px. */
const NARROWEST = 1.6;
/** Of a letter at 11 px, on average. */
const LETTER = 6.1;

/** Where a function comes from, by its colour. */
const origins: readonly { name: string; colour: string; holds(call: Call): boolean }[] = [
  {
    name: 'fold and rules',
    colour: '#f2a65a',
    holds: ({ place }) => /^src\/(streams\/(fold|track|rollups)|rules|rollups|obd)/.test(place),
  },
  { name: 'decode', colour: '#e8d06b', holds: ({ place }) => /^src\/(protocols|streams\/decode)/.test(place) },
  { name: 'adapters', colour: '#8fc1a9', holds: ({ place }) => place.startsWith('src/adapters/') },
  { name: 'the rest of ours', colour: '#a9c7e8', holds: ({ place }) => /^(src|migrations)\//.test(place) },
  { name: 'V8: garbage, program', colour: '#e39aa0', holds: ({ name }) => /^\((garbage collector|program)\)$/.test(name) },
  { name: 'Node', colour: '#c9c9d3', holds: ({ place }) => place === '' || place.startsWith('node:') },
  { name: 'libraries', colour: '#d9b8dd', holds: () => true },
];

/**
 * A flame graph with the callers on top ("icicle"): width is time in which the thread was not idle, order is by width. One file without scripts; each box says its
 * function, file, share and time when pointed at.
 * @param seconds of the clock that the profile covers
 */
export const drawFlame = (title: string, tree: Call, seconds: number): string => {
  const scale = (WIDTH - 2 * MARGIN) / tree.time;
  const boxes: string[] = [];
  let deepest = 0;
  const draw = (call: Call, x: number, depth: number): void => {
    const width = call.time * scale;
    if (width < NARROWEST) return;
    deepest = Math.max(deepest, depth);
    const { colour } = origins.find(({ holds }) => holds(call))!;
    const share = ((call.time / tree.time) * 100).toFixed(1);
    const label = call.name.slice(0, Math.max(0, Math.floor((width - 6) / LETTER)));
    const y = HEAD + depth * ROW;
    boxes.push(
      `<g><title>${asXml(call.name)}${call.place ? `, ${asXml(call.place)}` : ''}: ${share} %, ${(call.time / 1e6).toFixed(2)} s</title>` +
        `<rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(1, width - 0.6).toFixed(1)}" height="${ROW - 1}" fill="${depth === 0 ? '#eeeeee' : colour}"/>` +
        `${label.length > 2 ? `<text x="${(x + 3).toFixed(1)}" y="${y + 12}">${asXml(label)}</text>` : ''}</g>`,
    );
    let from = x;
    for (const callee of [...call.callees.values()].sort((a, b) => b.time - a.time)) {
      draw(callee, from, depth + 1);
      from += callee.time * scale;
    }
  };
  draw(tree, MARGIN, 0);
  const height = HEAD + (deepest + 1) * ROW + MARGIN;
  const busy = `${(tree.time / 1e6).toFixed(1)} s busy (running, or waiting for the processor or the disk in a call) of ${seconds.toFixed(0)} s; narrower than ${((NARROWEST / scale / tree.time) * 100).toFixed(2)} % is left out`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="11" fill="#1f2328">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN}" y="20" font-size="15" font-weight="600">${asXml(title)}</text>`,
    `<text x="${MARGIN}" y="37">${asXml(busy)}</text>`,
    ...origins.map(
      ({ name, colour }, n) =>
        `<g><rect x="${MARGIN + n * 150}" y="44" width="12" height="12" fill="${colour}"/><text x="${MARGIN + 17 + n * 150}" y="54">${name}</text></g>`,
    ),
    ...boxes,
    '</svg>',
    '',
  ].join('\n');
};

const asXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

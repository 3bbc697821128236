import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sections } from './sections.js';

/**
 * `npm run accuracy [-- name…]`: what the production fold says of recorded drives, beside what others say of them. The recordings are not
 * part of this repository: TELLTALE_REAL_DATA names their folder, else `../shared` is looked at.
 */
const given = resolve(process.env.TELLTALE_REAL_DATA ?? '../shared');
const folder = existsSync(join(given, 'data/trips.json')) ? given : undefined;
if (folder === undefined) console.error(`no recordings: ${join(given, 'data/trips.json')} is not there (TELLTALE_REAL_DATA)`);

const names = process.argv.slice(2);
const wanted = sections.filter(({ name }) => names.length === 0 || names.includes(name));
if (wanted.length === 0) {
  console.error(`no section is named ${names.join(', ')}; there are ${sections.map(({ name }) => name).join(', ')}`);
  process.exitCode = 1;
}
for (const { title, run } of wanted) {
  const lines = await run(folder);
  if (lines.length > 0) console.log(['', `## ${title}`, '', ...lines].join('\n'));
}

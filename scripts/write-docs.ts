/** `npm run docs`: writes the pages of docs/ that come from the code. A test holds what is committed against it. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { generatedPages } from './generated-pages.js';

for (const [file, text] of generatedPages()) {
  await writeFile(resolve(file), text);
  console.log(`${file}: ${text.split('\n').length - 1} lines`);
}

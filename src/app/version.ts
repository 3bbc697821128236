import { readFileSync } from 'node:fs';

/** From `package.json`, which stands above both the sources and the build. */
export const version: string = (() => {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      return (JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as { version: string }).version;
    } catch {
      // the other one
    }
  }
  return 'unknown';
})();

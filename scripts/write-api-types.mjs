/**
 * Writes web/src/api/generated/schema.d.ts: the types of the API as its own OpenAPI describes it, for the dashboard's client and for
 * the tests that walk every path. Made at each type check and build, never committed: it cannot be out of date.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import openapiTypes, { astToString } from 'openapi-typescript';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'web/src/api/generated');
const output = join(folder, 'schema.d.ts');

// The table of routes is TypeScript, and this runs before there is a build.
const bundle = join(root, '.cache', `describe-api-${process.pid}`, 'describe-api.mjs');
await build({
  entryPoints: [join(root, 'src/app/describe-api.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'error',
});
try {
  /** @type {{ describeApi(): Record<string, unknown> }} */
  const { describeApi } = await import(pathToFileURL(bundle).href);
  // What has a default may be left out of a request; answers list it as required.
  const types = astToString(await openapiTypes(JSON.stringify(describeApi()), { defaultNonNullable: false }));
  await mkdir(folder, { recursive: true });
  // Left alone where it says the same: a new time would make the dashboard be built again.
  if ((await readFile(output, 'utf8').catch(() => '')) !== types) await writeFile(output, types);
} finally {
  await rm(dirname(bundle), { recursive: true, force: true });
}

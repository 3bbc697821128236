// Proves: some thousand spoilt inputs at everything that stands at the borders throw nothing that is no refusal and hang nothing: the short share of
// `npm run fuzz`, which throws ten million.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, jest, test } from '@jest/globals';

jest.setTimeout(300_000);

test('forty thousand spoilt inputs', async () => {
  const env = { ...process.env, TELLTALE_BUILT: 'yes' };
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/fuzz.mjs', '40000'], {
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  const last = JSON.parse(stdout.trim().split('\n').at(-1)!) as { fuzz: number };
  expect(last.fuzz).toBeGreaterThanOrEqual(40_000);
});

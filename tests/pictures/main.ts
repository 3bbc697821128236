/**
 * `npm run pictures [-- name…]`: a fleet with a past, and pictures of every page of the dashboard at both sizes, in
 * docs/images. With names, only pages that begin with one of them. `--keep` leaves the server on and prints its address; `--at URL` takes pictures of
 * such a server, `--locale de-DE` in German, `--into` another folder. pngquant, where it is installed, makes them a third as large.
 */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { parseArgs, promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { endAll } from '../harness/at-end.js';
import { pagesOf } from './pages.js';
import { startWorld, TOKEN } from './world.js';

const SIZES = [
  { size: 'desktop', viewport: { width: 1440, height: 900 } },
  { size: 'phone', viewport: { width: 390, height: 844 } },
];
const folder = 'docs/images';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    keep: { type: 'boolean' },
    at: { type: 'string' },
    into: { type: 'string', default: folder },
    locale: { type: 'string', default: 'en-GB' },
  },
});
const run = promisify(execFile);

const shrink = async (file: string): Promise<void> => {
  try {
    await run('pngquant', ['--force', '--skip-if-larger', '--strip', '--quality=70-95', '--output', file, file]);
  } catch (error) {
    // Not installed, or not smaller, or not as good.
    if (!['ENOENT', 98, 99].includes((error as { code: string | number }).code)) throw error;
  }
};

const http = values.at ?? (await startWorld());
const browser = await chromium.launch({
  executablePath: process.env.TELLTALE_TEST_CHROMIUM ?? '/usr/bin/chromium-headless-shell',
});
try {
  await mkdir(values.into, { recursive: true });
  const pages = await pagesOf(http, TOKEN);
  for (const { size, viewport } of SIZES) {
    const context = await browser.newContext({ viewport, locale: values.locale, colorScheme: 'light', reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.on('console', message => message.type() === 'error' && console.error(`${size}: ${message.text()}`));
    await page.goto(http);
    await page.locator('input[name=secret]').waitFor();
    for (const { name, path, prepare, loggedOut } of pages) {
      if (positionals.length > 0 && !positionals.some(wanted => name.startsWith(wanted))) continue;
      if (!loggedOut && (await page.locator('input[name=secret]').count()) > 0) {
        await page.locator('input[name=secret]').fill(TOKEN);
        await page.locator('form button[type=submit]').click();
        await page.locator('.header').waitFor();
      }
      await page.goto(http + path);
      await page.waitForLoadState('networkidle').catch(() => undefined);
      // Without a graphics card a map takes a while to be drawn.
      await page.waitForTimeout((await page.locator('.maplibregl-map').count()) > 0 ? 5_000 : 600);
      await prepare?.(page);
      const [content, screen] = await page.locator('html').evaluate(html => [html.scrollWidth, html.clientWidth] as const);
      if (content > screen) console.error(`${name}-${size} is ${content - screen} px wider than the screen`);
      const file = `${values.into}/${name}-${size}.png`;
      await page.screenshot({ path: file });
      await shrink(file);
      console.log(file);
    }
    await context.close();
  }
} finally {
  await browser.close();
}
if (values.keep) {
  console.log(`${http} goes on; the token is ${TOKEN}`);
  await new Promise(resolve => process.once('SIGINT', resolve).once('SIGTERM', resolve));
}
await endAll();
process.exit(0);

// Proves: the basemap that is configured is what is under the fleet, with who made it, and the page may load from its host and from no other.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { dashboardAt, startBrowser } from '../harness/open-dashboard.js';
import { type Colour, colouredPng, coveredTile, serveFiles, smallPmtiles } from '../harness/small-basemap.js';
import { startTelltale } from '../harness/start-telltale.js';
import { tempDir } from '../harness/temp-dir.js';
import { waitFor } from '../harness/wait-for.js';

const ORANGE: Colour = [201, 122, 43];
const VIOLET: Colour = [98, 60, 140];

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
}, 60_000);

/** What part of the map has this colour, 0 to 1: of what is shown, not of what was ordered. */
const shareOf = async (page: Page, [red, green, blue]: Colour): Promise<number> => {
  const png = await page.locator('.live-map').screenshot({ type: 'png' });
  return page.evaluate<number>(`
    (async () => {
      const bytes = Uint8Array.from(atob('${png.toString('base64')}'), one => one.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const pen = Object.assign(document.createElement('canvas'), { width: bitmap.width, height: bitmap.height }).getContext('2d');
      pen.drawImage(bitmap, 0, 0);
      const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height);
      let same = 0;
      for (let n = 0; n < data.length; n += 4) {
        if (Math.abs(data[n] - ${red}) < 4 && Math.abs(data[n + 1] - ${green}) < 4 && Math.abs(data[n + 2] - ${blue}) < 4) same++;
      }
      return same / (data.length / 4);
    })()
  `);
};

const isMostly = (page: Page, colour: Colour): Promise<unknown> =>
  waitFor('the map to have its colour', async () => (await shareOf(page, colour)) > 0.6, { timeoutMs: 20_000 });

test('nothing configured: the demo town, and its name', async () => {
  const telltale = await startTelltale();
  const { page, complaints, strangers } = await dashboardAt(telltale, browser);
  await page.locator('[data-testid=fleet-map][data-ready=true]').waitFor();
  await page.getByText('Invented demo town').waitFor();
  expect([complaints, strangers]).toEqual([[], []]);
});

test('a style of another host: its tiles, its attribution, and no other host', async () => {
  const elsewhere = await serveFiles(() => ({ type: 'image/png', content: colouredPng(VIOLET) }));
  const host = await serveFiles(path => {
    if (path.endsWith('.png')) return { type: 'image/png', content: colouredPng(ORANGE) };
    const source = (url: string, attribution: string) => ({
      ...{ type: 'raster', tileSize: 256, tiles: [`${url}/{z}/{x}/{y}.png`], attribution },
    });
    const style = {
      version: 8,
      sources: { here: source(host.url, '© The test cartographers'), there: source(elsewhere.url, '© Somebody else') },
      layers: [
        { id: 'here', type: 'raster', source: 'here' },
        { id: 'there', type: 'raster', source: 'there' },
      ],
    };
    return path === '/style.json' ? { type: 'application/json', content: JSON.stringify(style) } : undefined;
  });
  const telltale = await startTelltale({ env: { TELLTALE_MAP_STYLE: `${host.url}/style.json` } });
  const policy = (await fetch(telltale.http)).headers.get('content-security-policy') ?? '';
  const origins = policy.match(/https?:\/\/[^\s;]+/g) ?? [];
  expect(new Set(origins)).toEqual(new Set([host.url]));

  const { page, complaints } = await dashboardAt(telltale, browser);
  await page.getByText('© The test cartographers').waitFor();
  await isMostly(page, ORANGE);
  expect(host.asked).toContain('/style.json');
  expect(host.asked.some(path => path.endsWith('.png'))).toBe(true);
  // The style names it; the page may not ask it.
  expect(elsewhere.asked).toEqual([]);
  expect(complaints.some(text => /content security policy/i.test(text) && text.includes(elsewhere.url))).toBe(true);
  expect(complaints.filter(text => text.includes(`Connecting to '${host.url}`))).toEqual([]);
});

test('a style that cannot be had: the demo town stands in, and the page says so', async () => {
  const host = await serveFiles(() => undefined);
  const telltale = await startTelltale({ env: { TELLTALE_MAP_STYLE: `${host.url}/gone.json` } });
  const { page } = await dashboardAt(telltale, browser);
  await page.getByText('The configured basemap could not be loaded').waitFor();
  await page.getByText('Invented demo town').waitFor();
});

test.each([
  ['pictures', 'png', colouredPng(ORANGE), ORANGE],
  // The colour of land in the light theme (map-colours.ts).
  ['vectors', 'mvt', coveredTile('earth'), [243, 242, 237]],
] as const)('a PMTiles file of %s: from our own server, in ranges, without any network', async (_name, type, tile, colour) => {
  const file = join(await tempDir('map'), 'world.pmtiles');
  await writeFile(file, smallPmtiles(tile, type, '© The test surveyors'));
  const telltale = await startTelltale({ env: { TELLTALE_MAP_PMTILES: file } });
  const { page, complaints, strangers } = await dashboardAt(telltale, browser, '/', { colorScheme: 'light' });
  // The page before the reload may still be asking for another range.
  const head = page.waitForResponse(
    answer => answer.url().endsWith('.pmtiles') && /^bytes 0-/.test(answer.headers()['content-range'] ?? ''),
  );
  await page.reload();
  expect((await head).status()).toBe(206);
  await page.getByText('© The test surveyors').waitFor();
  await isMostly(page, colour);
  expect([complaints, strangers]).toEqual([[], []]);
});

import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startStandIn } from './dashboard-stand-in.js';
import type { Figure } from './figure.js';

const VEHICLES = 10_000;
const MEASURED_MS = 20_000;
const SETTLE_MS = 5_000;
const STARTS = 5;
const CHROMIUM = [
  process.env.TELLTALE_TEST_CHROMIUM,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/**
 * The live page with ten thousand moving vehicles, in a browser that draws without a graphics card: how long until it is of use, and how
 * long input has to wait while it runs. What the server costs is not in it: the page talks to a stand-in that only sends.
 */
export const run = async (): Promise<Figure[]> => {
  const executablePath = CHROMIUM.find(path => path !== undefined && existsSync(path));
  if (executablePath === undefined) throw new Error('there is no Chromium: set TELLTALE_TEST_CHROMIUM');
  const standIn = await startStandIn(VEHICLES);
  const browser = await chromium.launch({ executablePath });
  try {
    return [...(await starts(browser, standIn.url)), ...(await blocking(browser, standIn.url))];
  } finally {
    await browser.close();
    await standIn.close();
  }
};

/** Each with an empty cache. */
const starts = async (browser: Browser, url: string): Promise<Figure[]> => {
  const useful: number[] = [];
  const mapped: number[] = [];
  for (let n = 0; n < STARTS; n++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const from = performance.now();
    await page.goto(url, { waitUntil: 'commit' });
    await page.locator('[data-testid=alert-feed] article').first().waitFor();
    await page.locator('.status-chip-count').filter({ hasText: /[1-9]/ }).first().waitFor();
    useful.push(performance.now() - from);
    await page.locator('[data-testid=fleet-map][data-ready=true]').waitFor();
    mapped.push(performance.now() - from);
    await context.close();
  }
  const note = `${VEHICLES} vehicles, cold cache, median of ${STARTS}, software rendering`;
  return [
    { name: 'dashboard.live.useful', value: median(useful), unit: 'ms', note: `alerts and counts are there; ${note}` },
    { name: 'dashboard.live.map', value: median(mapped), unit: 'ms', note: `the map has its style; ${note}` },
  ];
};

const blocking = async (browser: Browser, url: string): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const [name, zooms] of [
    ['fleet', 0],
    ['town', 4],
  ] as const) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(url);
    await page.locator('[data-testid=fleet-map][data-ready=true]').waitFor();
    await page.waitForTimeout(SETTLE_MS);
    for (let n = 0; n < zooms; n++) {
      await page.getByRole('button', { name: 'Zoom in' }).click();
      await page.waitForTimeout(600);
    }
    await watch(page);
    await work(page);
    const { delays, tasks } = await page.evaluate<Seen>('window.seen');
    const note = `${VEHICLES} vehicles at 1 Hz, ${MEASURED_MS / 1_000} s of moving, typing and scrolling, view of the ${name}, software rendering`;
    figures.push(
      { name: `dashboard.input_delay.${name}.max`, value: Math.max(0, ...delays), unit: 'ms', note },
      {
        name: `dashboard.input_delay.${name}.p99`,
        value: quantile(delays, 0.99),
        unit: 'ms',
        note: `of ${delays.length} inputs that took 16 ms or more`,
      },
      { name: `dashboard.long_task.${name}.max`, value: Math.max(0, ...tasks), unit: 'ms', note },
      { name: `dashboard.long_task.${name}.count`, value: tasks.length, unit: 'tasks', note: 'over 50 ms' },
    );
    await page.close();
  }
  return figures;
};

interface Seen {
  /** How long inputs waited until anything could answer them, ms. */
  delays: number[];
  /** Lengths of tasks over 50 ms. */
  tasks: number[];
}

const watch = (page: Page): Promise<void> =>
  page.evaluate(`
    window.seen = { delays: [], tasks: [] };
    new PerformanceObserver(list => {
      for (const entry of list.getEntries()) window.seen.delays.push(entry.processingStart - entry.startTime);
    }).observe({ type: 'event', durationThreshold: 16 });
    new PerformanceObserver(list => {
      for (const entry of list.getEntries()) window.seen.tasks.push(entry.duration);
    }).observe({ type: 'longtask' });
  `);

/** What somebody does: moves the pointer over the map, drags it, looks for a vehicle, scrolls the alerts. */
const work = async (page: Page): Promise<void> => {
  const until = Date.now() + MEASURED_MS;
  const search = page.getByRole('combobox', { name: 'Find a vehicle' });
  for (let n = 0; Date.now() < until; n++) {
    await page.mouse.move(400 + (n % 20) * 15, 450 + (n % 7) * 12);
    if (n % 10 === 3) {
      await page.mouse.down();
      await page.mouse.move(500, 500, { steps: 4 });
      await page.mouse.up();
    }
    if (n % 10 === 6) await search.pressSequentially('van 1');
    if (n % 10 === 7) await search.fill('');
    if (n % 10 === 8) {
      await page.mouse.move(1_300, 500);
      await page.mouse.wheel(0, 300);
    }
    await page.waitForTimeout(60);
  }
};

const median = (values: readonly number[]): number => quantile(values, 0.5);

const quantile = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
};

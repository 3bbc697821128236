import { existsSync } from 'node:fs';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { startStandIn } from './dashboard-stand-in.js';
import type { Figure } from './figure.js';
import { mainThreadOf } from './main-thread.js';

const VEHICLES = 10_000;
const MEASURED_MS = 20_000;
const SETTLE_MS = 5_000;
const STARTS = 5;
/** What a start on a slower machine is like: the browser gives the page's main thread a part of the time only. */
const SLOWER = 4;
const VIEWPORT = { width: 1440, height: 900 };
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
 *
 * Other work on the machine makes times longer and CPU times hardly: `dashboard.reference` is what a fixed loop took in the same browser.
 */
export const run = async (): Promise<Figure[]> => {
  const executablePath = CHROMIUM.find(path => path !== undefined && existsSync(path));
  if (executablePath === undefined) throw new Error('there is no Chromium: set TELLTALE_TEST_CHROMIUM');
  const standIn = await startStandIn(VEHICLES);
  const browser = await chromium.launch({ executablePath });
  try {
    return [
      ...(await reference(browser)),
      ...(await starts(browser, standIn.url)),
      ...(await blocking(browser, standIn.url)),
      ...(await reference(browser, 'dashboard.reference.after')),
    ];
  } finally {
    await browser.close();
    await standIn.close();
  }
};

/** What the machine gives a page now: a loop that always does the same. */
const reference = async (browser: Browser, name = 'dashboard.reference'): Promise<Figure[]> => {
  const page = await browser.newPage();
  const times = await page.evaluate<number[]>(`
    (() => {
      const once = () => {
        const from = performance.now();
        let x = 1;
        for (let n = 0; n < 20_000_000; n++) x = (x * 1_103_515_245 + 12_345) % 2_147_483_648;
        return performance.now() - from + x * 0;
      };
      return Array.from({ length: 7 }, once);
    })()
  `);
  await page.close();
  return [{ name, value: median(times), unit: 'ms', note: 'a fixed loop in a page of the same browser' }];
};

interface Start {
  /** Until the frame with alerts, counts and vehicles on the map was handed over for painting, ms from the beginning of the navigation. */
  useful: number;
  listed: number;
  painted: number;
  /** Of the page's main thread until then, ms. */
  cpu: number;
  longest: number;
}

/** Each with an empty cache. */
const starts = async (browser: Browser, url: string): Promise<Figure[]> => {
  const plain: Start[] = [];
  const slow: Start[] = [];
  // In turns, so that a bad minute is bad for both.
  for (let n = 0; n < STARTS; n++) {
    plain.push(await startOf(browser, url, 1));
    slow.push(await startOf(browser, url, SLOWER));
  }
  const note = `${VEHICLES} vehicles, cold cache, median of ${STARTS}, software rendering`;
  const figure = (name: string, of: (start: Start) => number, says: string, from = plain): Figure => ({
    name: `dashboard.start.${name}`,
    value: median(from.map(of)),
    unit: 'ms',
    note: `${says}; ${note}`,
  });
  return [
    figure('first_paint', ({ painted }) => painted, 'something is there'),
    figure('listed', ({ listed }) => listed, 'alerts and counts are there'),
    figure('useful', ({ useful }) => useful, 'alerts, counts, and vehicles drawn on the map; target 1,500'),
    figure('cpu', ({ cpu }) => cpu, "CPU of the page's main thread until then"),
    figure('longest_task_cpu', ({ longest }) => longest, 'CPU of its longest task'),
    figure('useful_slowed', ({ useful }) => useful, `useful, with the page's main thread slowed ${SLOWER} times`, slow),
  ];
};

const startOf = async (browser: Browser, url: string, slower: number): Promise<Start> => {
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  if (slower > 1) await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
  await page.addInitScript(MARKS);
  const thread = await mainThreadOf(browser, page);
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction('window.marks.useful !== undefined', undefined, { timeout: 60_000 });
  const marks = await page.evaluate<{ useful: number; listed: number; painted: number }>('window.marks');
  const { cpu, longest } = await thread.stop();
  await context.close();
  return { ...marks, cpu, longest };
};

/** Looks at each frame of the page, and notes when a frame was given away that shows what somebody comes for. */
const MARKS = `
  window.marks = {};
  const pictures = () => Number(document.querySelector('.map-picture')?.dataset.pictures ?? Number.POSITIVE_INFINITY);
  let drawnAt;
  const look = () => {
    const has = (selector, test = () => true) => [...document.querySelectorAll(selector)].some(test);
    const counted = has('.status-chip-count', one => /[1-9]/.test(one.textContent));
    const listed = has('[data-testid=alert-feed] article') && counted;
    if (has('[data-testid=fleet-map][data-drawn=true]:not([data-vehicle-count="0"])')) drawnAt ??= pictures();
    // Where a picture of the map is fetched when it is done, the one that has the vehicles comes after.
    const drawn = drawnAt !== undefined && (drawnAt === Number.POSITIVE_INFINITY || pictures() > drawnAt);
    // What was found in this frame is given away at its end.
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      if (listed) window.marks.listed ??= performance.now();
      if (listed && drawn) {
        window.marks.useful ??= performance.now();
        window.marks.painted = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
      } else requestAnimationFrame(look);
    };
    channel.port2.postMessage(0);
  };
  requestAnimationFrame(look);
`;

const blocking = async (browser: Browser, url: string): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const [name, zooms] of [
    ['fleet', 0],
    ['town', 4],
  ] as const) {
    const page = await browser.newPage({ viewport: VIEWPORT });
    await page.goto(url);
    await page.locator('[data-testid=fleet-map][data-drawn=true]').waitFor();
    await page.waitForTimeout(SETTLE_MS);
    for (let n = 0; n < zooms; n++) {
      await page.getByRole('button', { name: 'Zoom in' }).click();
      await page.waitForTimeout(600);
    }
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('HeapProfiler.collectGarbage');
    const heapBefore = await heapOf(devtools);
    await watch(page);
    const thread = await mainThreadOf(browser, page);
    const inputs = await work(page);
    const { cpu, longest } = await thread.stop();
    const { delays, tasks, pictures } = await page.evaluate<Seen>('window.seenNow()');
    await devtools.send('HeapProfiler.collectGarbage');
    const heap = (await heapOf(devtools)) - heapBefore;
    const note = `${VEHICLES} vehicles at 1 Hz, ${MEASURED_MS / 1_000} s of moving, typing and scrolling, view of the ${name}, software rendering`;
    figures.push(
      { name: `dashboard.input_delay.${name}.max`, value: Math.max(0, ...delays), unit: 'ms', note: `target 200; ${note}` },
      {
        name: `dashboard.input_delay.${name}.p99`,
        value: quantile(delays, 0.99),
        unit: 'ms',
        note: `of ${delays.length} events that took 16 ms or more, of ${inputs} inputs`,
      },
      { name: `dashboard.long_task.${name}.max`, value: Math.max(0, ...tasks), unit: 'ms', note: 'target 200' },
      { name: `dashboard.long_task.${name}.count`, value: tasks.length, unit: 'tasks', note: 'over 50 ms' },
      { name: `dashboard.long_task.${name}.cpu_max`, value: longest, unit: 'ms', note: 'CPU of the longest task' },
      {
        name: `dashboard.cpu.${name}`,
        value: (100 * cpu) / MEASURED_MS,
        unit: '%',
        note: "CPU of the page's main thread, of the time",
      },
      { name: `dashboard.pictures.${name}`, value: pictures / (MEASURED_MS / 1_000), unit: '/s', note: 'of the map' },
      { name: `dashboard.heap_growth.${name}`, value: heap / 2 ** 20, unit: 'MiB', note: 'after collecting garbage' },
    );
    await page.close();
  }
  return figures;
};

const heapOf = async (devtools: CDPSession): Promise<number> => (await devtools.send('Runtime.getHeapUsage')).usedSize;

interface Seen {
  /** How long inputs waited until anything could answer them, ms. */
  delays: number[];
  /** Lengths of tasks over 50 ms. */
  tasks: number[];
  pictures: number;
}

/** Of the Event Timing API, which knows of an input from the moment the browser had it. */
const watch = (page: Page): Promise<void> =>
  page.evaluate(`
    (() => {
      const [delays, tasks] = [[], []];
      const events = new PerformanceObserver(list => list.getEntries().forEach(takeEvent));
      const long = new PerformanceObserver(list => list.getEntries().forEach(takeTask));
      const takeEvent = entry => delays.push(entry.processingStart - entry.startTime);
      const takeTask = entry => tasks.push(entry.duration);
      events.observe({ type: 'event', durationThreshold: 16 });
      long.observe({ type: 'longtask' });
      const pictures = () => Number(document.querySelector('.map-picture')?.dataset.pictures ?? 0);
      const before = pictures();
      window.seenNow = () => {
        events.takeRecords().forEach(takeEvent);
        long.takeRecords().forEach(takeTask);
        return { delays, tasks, pictures: pictures() - before };
      };
    })()
  `);

/** What somebody does: moves the pointer over the map, drags it, looks for a vehicle, scrolls the alerts. @returns inputs given */
const work = async (page: Page): Promise<number> => {
  const until = Date.now() + MEASURED_MS;
  const search = page.getByRole('combobox', { name: 'Find a vehicle' });
  let inputs = 0;
  for (let n = 0; Date.now() < until; n++) {
    await page.mouse.move(400 + (n % 20) * 15, 450 + (n % 7) * 12);
    inputs++;
    if (n % 10 === 3) {
      await page.mouse.down();
      await page.mouse.move(500, 500, { steps: 4 });
      await page.mouse.up();
      inputs += 6;
    }
    if (n % 10 === 6) {
      await search.pressSequentially('van 1');
      inputs += 5;
    }
    if (n % 10 === 7) await search.fill('');
    if (n % 10 === 8) {
      await page.mouse.move(1_300, 500);
      await page.mouse.wheel(0, 300);
      inputs += 2;
    }
    await page.waitForTimeout(60);
  }
  return inputs;
};

const median = (values: readonly number[]): number => quantile(values, 0.5);

const quantile = (values: readonly number[], part: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
};

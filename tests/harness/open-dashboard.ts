import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { atEnd, atTestEnd } from './at-end.js';
import type { Telltale } from './start-telltale.js';

const CHROMIUM = process.env.TELLTALE_TEST_CHROMIUM ?? '/usr/bin/chromium-headless-shell';
/** What drawing without a graphics card says of itself. */
const HARMLESS = /GPU stall due to ReadPixels/;
/** What the browser itself prints of a refused log-in and of a broken line, which tests make on purpose. */
const NETWORK = /Failed to load resource|WebSocket connection to/;

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A dashboard in a browser window of its own, which closes with the test that opened it. */
export interface Dashboard {
  page: Page;
  /** What the page complained of: its own errors, and what the content security policy refused. Empty = nothing. */
  complaints: string[];
  /** Addresses outside of the server that were asked for. Empty = none. */
  strangers: string[];
}

/** A browser that ends with the tests. */
export const startBrowser = async (args: string[] = []): Promise<Browser> => {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args });
  atEnd(() => browser.close());
  return browser;
};

/** Opens the log-in page. */
export const openDashboard = async (
  telltale: Telltale,
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<Dashboard> => {
  const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-GB', ...options });
  // A page goes on drawing and listening while it is open, which the tests after it would pay for.
  atTestEnd(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  const strangers: string[] = [];
  page.on('console', message => {
    const text = message.text();
    if (['error', 'warning'].includes(message.type()) && !HARMLESS.test(text) && !NETWORK.test(text)) complaints.push(text);
  });
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('request', request => {
    const { protocol, origin } = new URL(request.url());
    if (/^http/.test(protocol) && origin !== telltale.http) strangers.push(request.url());
  });
  await page.goto(telltale.http);
  return { page, complaints, strangers };
};

/** Logs in as the form asks for it, and waits until the page is live. Without `user` the secret is a token. */
export const logIn = async (page: Page, secret: string, user = ''): Promise<void> => {
  await page.locator('input[name=user]').fill(user);
  await page.locator('input[name=secret]').fill(secret);
  await page.locator('form button[type=submit]').click();
  await page.locator('.header').waitFor();
};

/** A dashboard, logged in as the administrator, at `path`. */
export const dashboardAt = async (
  telltale: Telltale,
  browser: Browser,
  path = '/',
  options: BrowserContextOptions = {},
): Promise<Dashboard> => {
  const dashboard = await openDashboard(telltale, browser, options);
  await logIn(dashboard.page, telltale.adminToken);
  await dashboard.page.locator('[data-testid=link][data-link=connected]').waitFor();
  if (path !== '/') await dashboard.page.goto(telltale.http + path);
  return dashboard;
};

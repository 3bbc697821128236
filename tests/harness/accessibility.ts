import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Findings of axe that keep somebody from using the page, one line each. Contrast is judged on what is drawn, so the page has to rest. */
export const seriousFindings = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe.source);
  return page.locator('html').evaluate(async html => {
    const { violations } = (await html.ownerDocument.defaultView.axe.run(html.ownerDocument, {
      resultTypes: ['violations'],
    })) as axe.AxeResults;
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
      );
  });
};

import { rules } from '../src/rules/index.js';
import { writeRulesPage } from '../src/rules/write-rules-page.js';
import { writeConfigPage } from './write-config-page.js';

/** Pages that stand in the code already: where they go, and their text as of now. */
export const generatedPages = (): ReadonlyMap<string, string> =>
  new Map([
    ['docs/rules.md', writeRulesPage(rules)],
    ['docs/config.md', writeConfigPage()],
  ]);

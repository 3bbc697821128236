import type { RuleSettings } from '../model/rule-settings.js';
import { rules } from './index.js';

/** What the first start installs: each rule once, enabled, with its defaults written out, for everybody and always. */
export const defaultRuleSettings = (): RuleSettings[] =>
  rules.map(({ kind, params, cooldown_s }) => ({
    id: `default-${kind.replaceAll('_', '-')}`,
    kind,
    severity: null,
    params: params.parse({}),
    applies_to: {},
    schedule: null,
    cooldown_s,
    enabled: true,
  }));

import type { ApiDeps } from '../api/api-deps.js';
import { ALERT_KINDS, type AlertKind } from '../model/alert.js';
import { ruleOf } from '../rules/index.js';

/** What the API is told of the rules: which kinds there are, and what can be set on them. */
export const ruleSchemas: ApiDeps['rules'] = {
  kinds: ALERT_KINDS.filter(kind => ruleOf(kind)),
  schemaOf: kind => ruleOf(kind as AlertKind)?.params,
  cooldownOf: kind => ruleOf(kind as AlertKind)?.cooldown_s ?? 0,
  describe(kind) {
    const rule = ruleOf(kind);
    return { when: rule?.when ?? '', severity: rule?.severity ?? 'warning', scheduleAs: rule?.scheduleAs };
  },
};

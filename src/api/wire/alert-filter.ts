import { z } from 'zod';
import { ALERT_KINDS } from '../../model/alert.js';
import { group, id } from '../http/fields.js';
import { alertKind, severity } from './alert.js';

/** Which alerts somebody is told of: of a webhook, and of a notification policy. */
export const alertFilterFields = {
  kinds: z.array(alertKind).max(ALERT_KINDS.length).default([]).describe('Empty = all'),
  min_severity: severity.default('info'),
  groups: z.array(group).max(1_000).default([]).describe('Groups of vehicles; empty = all'),
  rules: z.array(id).max(1_000).default([]).describe('Rules by id; empty = all'),
};

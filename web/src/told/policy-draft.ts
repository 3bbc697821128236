import type { Schema } from '../api/client';
import type { AlertKind } from '../api/wire-types';
import type { Problems } from '../rules/rule-draft';
import { texts } from '../texts/texts';

export type Policy = Schema<'NotificationPolicy'>;
export type Recipient = Schema<'Recipient'>;
export type PolicyBody = Omit<Policy, 'id' | 'created_at'>;

/** A policy nobody has said anything of yet: with the server's own defaults. */
export const NEW_POLICY: PolicyBody = {
  name: '',
  enabled: true,
  to: [{ email: '' }],
  kinds: [],
  min_severity: 'warning',
  groups: [],
  rules: [],
  late: false,
  urgent: 'critical',
  quiet_hours: null,
  digest: null,
  storm: { more_than: 20, within_min: 10 },
  escalate: null,
};

export const bodyOf = ({ id: _, created_at: __, ...body }: Policy): PolicyBody => body;

/** What can be seen to be wrong without asking the server: numbers that somebody emptied, which JSON could not even say. */
export const problemsOf = ({ digest, storm, escalate }: PolicyBody): Problems => {
  const numbers: Readonly<Record<string, number | undefined>> = {
    'digest.every_min': digest && 'every_min' in digest ? digest.every_min : undefined,
    'storm.more_than': storm.more_than,
    'storm.within_min': storm.within_min,
    'escalate.after_min': escalate?.after_min,
  };
  const emptied = Object.keys(numbers).filter(field => Number.isNaN(numbers[field]));
  return new Map(emptied.map(field => [field, texts.rules.noNumber]));
};

export const RECIPIENT_KINDS = ['email', 'webhook', 'mqtt'] as const;
export type RecipientKind = (typeof RECIPIENT_KINDS)[number];

export const kindOf = (one: Recipient): RecipientKind => ('email' in one ? 'email' : 'webhook' in one ? 'webhook' : 'mqtt');
export const addressOf = (one: Recipient): string => ('email' in one ? one.email : 'webhook' in one ? one.webhook : one.mqtt);
export const recipientOf = (kind: RecipientKind, address: string): Recipient =>
  kind === 'email' ? { email: address } : kind === 'webhook' ? { webhook: address } : { mqtt: address };

/** In a word: the address, or what is called. @param nameOf of a webhook */
export const recipientText = (one: Recipient, nameOf: (webhook: string) => string): string => {
  if ('email' in one) return one.email;
  return 'webhook' in one ? texts.told.toWebhook(nameOf(one.webhook)) : texts.told.toMqtt(one.mqtt);
};

/** What it tells of, in a line: `Warning and worse · Tow, Possible crash · harbour`. @param ruleName of the rules it is limited to */
export const whatText = (
  { min_severity, kinds, groups, rules }: Pick<Policy, 'min_severity' | 'kinds' | 'groups' | 'rules'>,
  ruleName: (rule: string) => string,
): string =>
  [
    texts.told.atLeast[min_severity],
    few(
      kinds.map(kind => texts.kind[kind]),
      texts.told.kinds,
    ),
    few(rules.map(ruleName), texts.told.rules),
    groups.length > 0 && groups.join(', '),
  ]
    .filter(Boolean)
    .join(' · ');

/** Three by name; more as a number. */
const few = (names: readonly string[], many: (n: number) => string): string =>
  names.length > 3 ? many(names.length) : names.join(', ');

/** When it tells, in a line: `at once · quiet 22:00–06:00`. */
export const whenText = ({ digest, quiet_hours }: Pick<Policy, 'digest' | 'quiet_hours'>): string =>
  [
    digest === null
      ? texts.told.atOnce
      : 'every_min' in digest
        ? texts.told.everyMinutes(digest.every_min)
        : texts.told.dailyAt(digest.daily_at),
    quiet_hours !== null && texts.told.quietFrom(quiet_hours.from, quiet_hours.to),
  ]
    .filter(Boolean)
    .join(' · ');

/** Whether a policy tells of what a rule finds, as far as rule and kind decide it. */
export const tellsOf = (
  policy: Policy,
  rule: { id: string | undefined; kind: AlertKind; severity: 'info' | 'warning' | 'critical' },
): boolean =>
  policy.enabled &&
  (policy.kinds.length === 0 || policy.kinds.includes(rule.kind)) &&
  (policy.rules.length === 0 || (rule.id !== undefined && policy.rules.includes(rule.id))) &&
  WORSE.indexOf(rule.severity) >= WORSE.indexOf(policy.min_severity);

const WORSE = ['info', 'warning', 'critical'] as const;

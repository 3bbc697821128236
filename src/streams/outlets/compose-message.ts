import { DateTime } from 'luxon';
import type { NotificationPolicy } from '../../model/notification-policy.js';
import type { PolicyMessage } from './policy-memory.js';

export interface Wording {
  /** Of a vehicle; its id where it has none. */
  nameOf(vehicle: string): string;
  /** Of the fleet: times are told in it. */
  zone: string;
  /** Where the dashboard is, without a slash at its end. */
  publicUrl: string | undefined;
}

/** Alerts that are written out; of the others the number. */
const LISTED = 50;
const RANK = { critical: 0, warning: 1, info: 2 } as const;

/** What a notification says, in words: the subject for a lock screen, the text for whoever opens it. */
export const composeMessage = (
  { kind, alerts, more }: PolicyMessage,
  policy: Pick<NotificationPolicy, 'name' | 'escalate' | 'storm'>,
  { nameOf, zone, publicUrl }: Wording,
): { subject: string; text: string } => {
  const count = alerts.length + more;
  const worst = [...alerts].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
  const [first] = worst;
  const about =
    count === 1 && first
      ? `${first.severity}: ${kindName(first.kind)}, ${nameOf(first.vehicle)}`
      : `${count} alerts: ${tally(alerts, more)}`;
  const lead = {
    alerts: '',
    digest: 'Digest: ',
    storm: 'Many at once: ',
    escalation: 'Nobody has acknowledged: ',
  }[kind];
  const lines = worst.slice(0, LISTED).map(one => {
    const when = DateTime.fromISO(one.occurred_at, { zone }).toFormat('yyyy-MM-dd HH:mm:ss ZZZZ');
    const link = publicUrl === undefined ? '' : `\n    ${publicUrl}/alerts/${encodeURIComponent(one.id)}`;
    return `${one.severity.toUpperCase()}  ${kindName(one.kind)}  ${nameOf(one.vehicle)}  ${when}\n    ${one.message}${link}`;
  });
  const unlisted = count - lines.length;
  const why =
    kind === 'escalation' && policy.escalate !== null
      ? `Not acknowledged within ${policy.escalate.after_min} minutes:`
      : kind === 'storm'
        ? `More than ${policy.storm.more_than} alerts within ${policy.storm.within_min} minutes; further ones come together.`
        : undefined;
  return {
    // One line: what devices and people name things must not write headers.
    subject: oneLine(`[Telltale] ${lead}${about}`).slice(0, 200),
    text: [
      ...(why === undefined ? [] : [why, '']),
      ...lines,
      ...(unlisted > 0 ? [`… and ${unlisted} more.`] : []),
      '',
      `Sent by the notification policy "${oneLine(policy.name)}".`,
    ].join('\n'),
  };
};

const kindName = (kind: string): string => kind.replaceAll('_', ' ');

const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ');

/** `12 device offline, 3 tow` */
const tally = (alerts: PolicyMessage['alerts'], more: number): string => {
  const counts = new Map<string, number>();
  for (const { kind } of alerts) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const named = [...counts].sort((a, b) => b[1] - a[1]).map(([kind, n]) => `${n} ${kindName(kind)}`);
  const shown = named.slice(0, 3).join(', ');
  return named.length > 3 || more > 0 ? `${shown}, …` : shown;
};

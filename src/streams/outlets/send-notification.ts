import { notificationTopic } from '../../model/fleet-topics.js';
import type { Instant } from '../../model/units.js';
import type { Mailer, NotificationSender } from '../../ports/notifier.js';
import type { Sent, WebhookCaller, Webhooks } from '../../ports/outlets.js';
import { secretsOf } from './webhook-delivery.js';

export interface SendingParts {
  /** Undefined where no mail server is configured. */
  mailer: Mailer | undefined;
  webhooks: Webhooks;
  caller: WebhookCaller;
  /** @returns whether the broker has it */
  publish(topic: string, payload: Uint8Array): Promise<boolean>;
  now(): Instant;
}

/** Takes a notification where its recipient is. */
export const sendNotification =
  ({ mailer, webhooks, caller, publish, now }: SendingParts): NotificationSender =>
  async notification => {
    const { to, id, subject, text } = notification;
    if ('email' in to)
      return (
        (await mailer?.send({ id, to: to.email, subject, text })) ?? failed('no_mail_server', 'no mail server is configured')
      );
    const document = JSON.stringify({
      id,
      type: 'notification',
      policy: notification.policy,
      kind: notification.kind,
      at: new Date(notification.made_at).toISOString(),
      subject,
      text,
      alerts: notification.alerts,
      count: notification.count,
    });
    if ('mqtt' in to) {
      const taken = await publish(notificationTopic(to.mqtt), Buffer.from(document));
      return taken ? { ok: true, status: null } : failed('broker_away', 'the broker does not take it now');
    }
    const webhook = webhooks.webhook(to.webhook);
    if (webhook === undefined) return failed('no_webhook', `there is no webhook '${to.webhook}' any more`);
    return caller.post(webhook.url, secretsOf(webhook, now()), id, document);
  };

const failed = (reason: string, detail: string): Sent => ({ ok: false, status: null, reason, detail });

// Proves, with real calls to a real receiver: what an address refuses too often becomes a dead letter and does not hold up what comes after it;
// sent again while it still refuses it stays, with one attempt more; once the address takes it, it arrives signed, under the delivery id of
// before, and is gone from the list.
import { expect, test } from '@jest/globals';
import { HttpWebhookCaller } from '../../src/adapters/outlets/http-webhook-caller.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { anAlert, createFakeAlertStream } from '../../src/api/testing/fake-streams.js';
import { Counters } from '../../src/model/counters.js';
import type { Webhook } from '../../src/model/webhook.js';
import { defaultWebhookLimits } from '../../src/streams/outlets/webhook-delivery.js';
import { WebhookService } from '../../src/streams/outlets/webhook-service.js';
import { WebhookStore } from '../../src/streams/outlets/webhook-store.js';
import { waitFor } from '../harness/wait-for.js';
import { startWebhookReceiver } from '../harness/webhook-receiver.js';
import { MemoryStateStore } from './memory-state-store.js';

test('dead letters are sent again to an address that failed and then works', async () => {
  const receiver = await startWebhookReceiver();
  receiver.secret = 'a secret of the receiver';
  receiver.status = 503;
  const [alerts, counters] = [createFakeAlertStream(), new Counters()];
  const caller = new HttpWebhookCaller({ clock: systemClock, allowPrivate: true, userAgent: 'test' });
  const service = new WebhookService({
    ...{ alerts, caller, counters, clock: systemClock, groupOf: () => null, random: { fraction: () => 0 } },
    store: await WebhookStore.load(new MemoryStateStore(), counters, 50),
    limits: { ...defaultWebhookLimits, attempts: 2, firstWait: 5, longestWait: 10 },
  });
  const hook: Webhook = {
    ...{ id: 'w', name: 'w', url: receiver.url, secret: receiver.secret, old_secret: null, old_valid_until: null },
    ...{ enabled: true, created_at: 0, kinds: [], min_severity: 'info', groups: [], rules: [], changes: [] },
  };
  await service.start(error => {
    throw error;
  });
  try {
    await service.put(hook);
    alerts.put(anAlert('a-1', 'v-1'));
    const [letter] = await waitFor('a dead letter', async () => {
      const letters = await service.deadLetters('w', undefined, 10);
      return letters.length > 0 && letters;
    });
    expect(letter).toMatchObject({ attempts: 2, status: 503, entry: { alert: { id: 'a-1' } } });

    expect(await service.resend(hook, letter!)).toMatchObject({ ok: false, status: 503 });
    expect(await service.deadLetters('w', undefined, 10)).toMatchObject([{ id: letter!.id, attempts: 3 }]);

    receiver.status = 200;
    alerts.put(anAlert('a-2', 'v-1'));
    await waitFor('the next alert of the vehicle', () => receiver.calls.some(({ body }) => body.alert?.id === 'a-2'));
    const heard = receiver.calls.length;
    expect(await service.resend(hook, (await service.deadLetter('w', letter!.id))!)).toMatchObject({ ok: true, status: 200 });
    expect(receiver.calls).toHaveLength(heard + 1);
    expect(receiver.calls.at(-1)).toMatchObject({ delivery: letter!.id, genuine: true, body: { alert: { id: 'a-1' } } });
    expect(receiver.calls.filter(({ body }) => body.alert?.id === 'a-1').every(({ delivery }) => delivery === letter!.id)).toBe(
      true,
    );
    expect(await service.deadLetters('w', undefined, 10)).toEqual([]);
  } finally {
    await service.stop();
    caller.close();
  }
});

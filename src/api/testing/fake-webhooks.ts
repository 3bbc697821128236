import type { Webhook } from '../../model/webhook.js';
import { type DeadLetter, neverCalled, type Sent, type Webhooks } from '../../ports/outlets.js';

export interface FakeWebhooks extends Webhooks {
  letters: DeadLetter[];
  /** What each call comes to. */
  answer: Sent;
}

/** Webhooks in memory that call nobody. */
export const createFakeWebhooks = (): FakeWebhooks => {
  const kept = new Map<string, Webhook>();
  const fake: FakeWebhooks = {
    letters: [],
    answer: { ok: true, status: 200 },
    list: () => [...kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    webhook: id => kept.get(id),
    put: async webhook => void kept.set(webhook.id, webhook),
    remove: async id => void kept.delete(id),
    state: () => neverCalled(0),
    deadLetters: async (_, after, limit) => {
      const start = after === undefined ? 0 : fake.letters.findIndex(({ id }) => id === after) + 1;
      return fake.letters.slice(start, start + limit);
    },
    deadLetter: async (_, letter) => fake.letters.find(({ id }) => id === letter),
    async dropDeadLetter(_, letter) {
      fake.letters = fake.letters.filter(({ id }) => id !== letter.id);
    },
    async resend(webhook, letter) {
      if (fake.answer.ok) await fake.dropDeadLetter(webhook.id, letter);
      return fake.answer;
    },
    test: async () => fake.answer,
  };
  return fake;
};

import type { NotificationPolicy } from '../../model/notification-policy.js';
import type { NotificationRecord, Notifications } from '../../ports/notifier.js';

/** Policies in memory that tell nobody. */
export const createFakeNotifications = (): Notifications & { records: NotificationRecord[] } => {
  const kept = new Map<string, NotificationPolicy>();
  const fake: Notifications & { records: NotificationRecord[] } = {
    records: [],
    policies: () => [...kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    policy: id => kept.get(id),
    put: async policy => void kept.set(policy.id, policy),
    remove: async id => void kept.delete(id),
    async history(policy, before, limit) {
      const wanted = fake.records.filter(record => (policy ?? record.policy) === record.policy);
      const start = before === undefined ? 0 : wanted.findIndex(({ id }) => id === before) + 1;
      return wanted.slice(start, start + limit);
    },
    test: async policy => policy.to.map(to => ({ to, sent: { ok: true, status: null } })),
  };
  return fake;
};

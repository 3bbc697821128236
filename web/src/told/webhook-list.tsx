import { useCallback, useState } from 'react';
import { answerOf, api } from '../api/client';
import { getAll } from '../api/get-all';
import { useLast } from '../app/use-last';
import { useLoaded } from '../app/use-loaded';
import { texts } from '../texts/texts';
import { ListSection } from '../ui/list-section';
import { enabledColumn } from '../ui/saved-switch';
import { tellOutcome } from '../ui/tell-outcome';
import { Time } from '../ui/time';
import { showToast } from '../ui/toasts';
import { useSecretItem } from '../ui/use-secret-item';
import { DeadLetters } from './dead-letters';
import { loadRuleNames, nameIn } from './names-of';
import { outcomeText } from './outcome-text';
import { whatText } from './policy-draft';
import type { Webhook } from './webhook';
import { WebhookForm } from './webhook-form';

const { webhooks: words } = texts;

/** Addresses that are called with each change of an alert: how they are doing, a test, a pause, and what could not be delivered. */
export const WebhookList = () => {
  const list = useLoaded(useCallback(() => getAll<Webhook>('/webhooks'), []));
  const [loaded, reload] = list;
  const known = useLast(loaded);
  const [rules] = useLoaded(loadRuleNames);
  const ruleName = nameIn(rules.state === 'ready' ? rules.value : []);
  const [form, setForm] = useState<{ webhook?: Webhook }>();
  const path = ({ id }: Webhook) => ({ params: { path: { id } } });
  const turn = async (webhook: Webhook, enabled: boolean): Promise<unknown> => {
    const saved = await tellOutcome(
      api.PATCH('/webhooks/{id}', { ...path(webhook), body: { enabled } }),
      (enabled ? words.goesOn : words.paused)(webhook.name),
    );
    reload();
    return saved;
  };
  const test = async (webhook: Webhook): Promise<void> => {
    const outcome = await tellOutcome(answerOf(api.POST('/webhooks/{id}/test', path(webhook))));
    if (outcome)
      showToast({ text: `${webhook.name}: ${outcomeText(outcome)}`, ...(!outcome.delivered && { tone: 'problem' as const }) });
    reload();
  };
  const { tell, ask, dialogs } = useSecretItem<Webhook>(words, ({ name }) => name, {
    rotate: webhook =>
      void tellOutcome(answerOf(api.POST('/webhooks/{id}/rotate', path(webhook)))).then(
        answer => answer && tell(webhook.name, answer.secret),
      ),
    delete: webhook => void tellOutcome(api.DELETE('/webhooks/{id}', path(webhook)), words.deleted(webhook.name)).then(reload),
  });
  return (
    <>
      <ListSection<Webhook>
        title={words.title}
        lead={words.lead}
        add={{ text: words.add, onClick: () => setForm({}) }}
        of={list}
        failed={words.failed}
        id="webhooks"
        keyOf={({ id }) => id}
        order="name"
        empty={words.empty}
        emptyHint={words.emptyHint}
        classOf={({ enabled }) => (enabled ? undefined : 'off')}
        columns={[
          {
            key: 'name',
            head: texts.admin.name,
            sort: ({ name }) => name,
            cell: ({ name, url }) => (
              <span className="rule-name">
                {name}
                <span className="muted rule-id breaks">{url}</span>
              </span>
            ),
          },
          enabledColumn(turn),
          {
            key: 'what',
            head: texts.told.what,
            wide: true,
            cell: webhook => (
              <span className="wraps">
                {[
                  whatText(webhook as Parameters<typeof whatText>[0], ruleName),
                  webhook.changes.map(one => words.changes[one]).join(', '),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            ),
          },
          {
            key: 'state',
            head: texts.told.state,
            cell: webhook => <WebhookState webhook={webhook} />,
          },
          {
            key: 'do',
            head: '',
            numeric: true,
            cell: webhook => (
              <span className="row-actions">
                <button
                  type="button"
                  className="button small"
                  aria-label={texts.told.testOf(webhook.name)}
                  onClick={() => void test(webhook)}
                >
                  {texts.told.test}
                </button>
                <button type="button" className="button small" onClick={() => setForm({ webhook })}>
                  {texts.admin.edit}
                </button>
              </span>
            ),
          },
        ]}
      >
        {form && (
          <WebhookForm
            webhook={form.webhook}
            onAsk={what => form.webhook && ask(form.webhook, what)}
            onClose={() => setForm(undefined)}
            onSaved={secret => {
              if (secret) tell(secret.name, secret.secret);
              reload();
            }}
          />
        )}
        {dialogs}
      </ListSection>
      {known.state === 'ready' && known.value.length > 0 && <DeadLetters webhooks={known.value} onDelivered={reload} />}
    </>
  );
};

const WebhookState = ({ webhook }: { webhook: Webhook }) => {
  const { enabled, failures, waiting, last_error, last_error_reason, last_error_status, last_delivered_at } = webhook;
  if (failures > 0)
    return (
      <span className="delivery delivery-failed">
        {words.failures(failures)}
        <span className="muted breaks">
          {last_error && texts.told.undelivered(last_error_reason, last_error, last_error_status)}
        </span>
      </span>
    );
  return (
    <span className="delivery">
      {enabled
        ? waiting > 0
          ? words.waiting(waiting)
          : last_delivered_at === null
            ? words.notYet
            : words.works
        : words.pausedState}
      {last_delivered_at !== null && (
        <span className="muted">
          <Time at={last_delivered_at} as="ago" />
        </span>
      )}
    </span>
  );
};

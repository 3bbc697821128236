import { useCallback, useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { getAll } from '../api/get-all';
import { useLoaded } from '../app/use-loaded';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { Confirm } from '../ui/dialog';
import { ListSection } from '../ui/list-section';
import { tellOutcome } from '../ui/tell-outcome';
import { Time } from '../ui/time';
import { showToast } from '../ui/toasts';
import { outcomeText } from './outcome-text';
import type { Webhook } from './webhook';

const { webhooks: words } = texts;
type Letter = Schema<'DeadLetter'> & { webhook: Webhook };

/** What a webhook did not take in an hour of attempts: to be sent again, one by one or all, or thrown away. */
export const DeadLetters = ({ webhooks, onDelivered }: { webhooks: readonly Webhook[]; onDelivered: () => void }) => {
  const names = useNames();
  const list = useLoaded(
    useCallback(async () => {
      const all = await Promise.all(
        webhooks.map(async webhook =>
          (await getAll<Schema<'DeadLetter'>>(`/webhooks/${encodeURIComponent(webhook.id)}/dead-letters`)).map(letter => ({
            ...letter,
            webhook,
          })),
        ),
      );
      return all.flat();
    }, [webhooks]),
  );
  const [loaded, reload] = list;
  const [dropping, setDropping] = useState<Letter>();
  const path = ({ id, webhook }: Letter) => ({ params: { path: { id: webhook.id, letter: id } } });
  const resend = async (letter: Letter): Promise<void> => {
    const outcome = await tellOutcome(answerOf(api.POST('/webhooks/{id}/dead-letters/{letter}/resend', path(letter))));
    if (outcome) showToast({ text: outcomeText(outcome), ...(!outcome.delivered && { tone: 'problem' as const }) });
    if (outcome?.delivered) onDelivered();
    reload();
  };
  const resendAll = async (): Promise<void> => {
    let delivered = 0;
    let failed = 0;
    for (const { id } of webhooks) {
      const sent = await tellOutcome(answerOf(api.POST('/webhooks/{id}/resend', { params: { path: { id } } })));
      delivered += sent?.delivered ?? 0;
      failed += sent?.failed ?? 0;
    }
    showToast({ text: words.resent(delivered, failed), ...(failed > 0 && { tone: 'problem' as const }) });
    onDelivered();
    reload();
  };
  return (
    <ListSection<Letter>
      title={words.dead}
      lead={words.deadLead}
      {...(loaded.state === 'ready' &&
        loaded.value.length > 0 && { add: { text: words.resendAll, onClick: () => void resendAll() } })}
      of={list}
      failed={words.deadFailed}
      id="dead"
      keyOf={({ id, webhook }) => `${webhook.id} ${id}`}
      order="-at"
      empty={words.noneDead}
      columns={[
        {
          key: 'what',
          head: words.alert,
          cell: ({ alert, change }) => (
            <span className="rule-name">
              {texts.kind[alert.kind]} · {names.vehicle(alert.vehicle)}
              <span className="muted rule-id">{words.changes[change as keyof typeof words.changes] ?? change}</span>
            </span>
          ),
        },
        { key: 'webhook', head: words.one, wide: true, sort: ({ webhook }) => webhook.name, cell: ({ webhook }) => webhook.name },
        {
          key: 'at',
          head: words.gaveUp,
          sort: ({ failed_at }) => failed_at,
          cell: ({ failed_at }) => <Time at={failed_at} as="dayTime" />,
        },
        {
          key: 'why',
          head: words.why,
          cell: ({ reason, detail, status, attempts }) => (
            <span className="breaks">
              {texts.told.undelivered(reason, detail, status)} <span className="muted">· {texts.told.attempts(attempts)}</span>
            </span>
          ),
        },
        {
          key: 'do',
          head: '',
          numeric: true,
          cell: letter => (
            <span className="row-actions">
              <button type="button" className="button small" onClick={() => void resend(letter)}>
                {words.resend}
              </button>
              <button type="button" className="button small" onClick={() => setDropping(letter)}>
                {words.drop}
              </button>
            </span>
          ),
        },
      ]}
    >
      {dropping && (
        <Confirm
          title={words.dropTitle}
          text={words.dropText}
          confirm={words.drop}
          onConfirm={() =>
            void tellOutcome(api.DELETE('/webhooks/{id}/dead-letters/{letter}', path(dropping)), words.dropped).then(reload)
          }
          onClose={() => setDropping(undefined)}
        />
      )}
    </ListSection>
  );
};

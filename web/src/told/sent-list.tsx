import { useCallback, useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { Link } from '../app/link';
import { useLoaded } from '../app/use-loaded';
import { decimal } from '../format/quantity';
import { texts } from '../texts/texts';
import { ListSection } from '../ui/list-section';
import { Time } from '../ui/time';
import { loadWebhookNames, nameIn } from './names-of';
import { recipientText } from './policy-draft';

const { told: words } = texts;
type Message = Schema<'Notification'>;
const STEP = 100;
const AT_MOST = 1_000;

/** What was sent and what waits, newest first, with the reason where it did not go. */
export const SentList = () => {
  const [limit, setLimit] = useState(STEP);
  const [loaded, reload] = useLoaded(
    useCallback(
      (signal: AbortSignal) =>
        Promise.all([answerOf(api.GET('/notifications', { params: { query: { limit } }, signal })), loadWebhookNames()]),
      [limit],
    ),
  );
  const [messages, webhooks] = loaded.state === 'ready' ? loaded.value : [undefined, []];
  const nameOf = nameIn(webhooks);
  const more = messages !== undefined && messages.next !== null && limit < AT_MOST;
  return (
    <ListSection<Message>
      title={words.sent}
      add={{ text: words.refresh, onClick: reload }}
      of={[loaded.state === 'ready' ? { state: 'ready', value: loaded.value[0].items } : loaded, reload]}
      failed={words.sentFailed}
      id="sent"
      keyOf={({ id }) => id}
      empty={words.noneSent}
      emptyHint={words.noneSentHint}
      columns={[
        { key: 'at', head: words.made, cell: ({ made_at }) => <Time at={made_at} as="dayTime" /> },
        {
          key: 'subject',
          head: words.subject,
          cell: ({ subject, policy }) => (
            <Link className="breaks" to={`/rules/policy/${encodeURIComponent(policy)}`}>
              {subject}
            </Link>
          ),
        },
        { key: 'kind', head: words.messageKind, wide: true, cell: ({ kind }) => words.kindOf[kind] },
        {
          key: 'to',
          head: words.who,
          wide: true,
          cell: ({ to }) => <span className="breaks">{recipientText(to, nameOf)}</span>,
        },
        { key: 'count', head: words.alerts, wide: true, numeric: true, cell: ({ count }) => decimal(count, 0) },
        {
          key: 'status',
          head: words.state,
          cell: ({ status, reason, detail, attempts }) => (
            <span className={`delivery delivery-${status}`}>
              {words.status[status]}
              {status !== 'sent' && (
                <span className="muted breaks">
                  {[detail && words.undelivered(reason, detail, null), words.attempts(attempts)].filter(Boolean).join(' · ')}
                </span>
              )}
            </span>
          ),
        },
      ]}
    >
      {more && (
        <button type="button" className="button feed-more" onClick={() => setLimit(Math.min(AT_MOST, limit + STEP))}>
          {words.older}
        </button>
      )}
    </ListSection>
  );
};

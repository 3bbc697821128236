import { useCallback, useState } from 'react';
import { answerOf, api } from '../api/client';
import { getAll } from '../api/get-all';
import { Link } from '../app/link';
import { navigate } from '../app/location';
import { useLoaded } from '../app/use-loaded';
import { texts } from '../texts/texts';
import { Dialog } from '../ui/dialog';
import { ListSection } from '../ui/list-section';
import { enabledColumn } from '../ui/saved-switch';
import { tellOutcome } from '../ui/tell-outcome';
import { loadRuleNames, loadWebhookNames, nameIn } from './names-of';
import { outcomeText } from './outcome-text';
import { bodyOf, type Policy, recipientText, whatText, whenText } from './policy-draft';

const { told: words } = texts;

/** Every policy in four short answers: who, of what, when, and then whom. */
export const PolicyList = () => {
  const [loaded, reload] = useLoaded(
    useCallback(() => Promise.all([getAll<Policy>('/notification-policies'), loadWebhookNames(), loadRuleNames()]), []),
  );
  const [, webhooks, rules] = loaded.state === 'ready' ? loaded.value : [[], [], []];
  const [tested, setTested] = useState<{ policy: Policy; lines: readonly string[] | undefined }>();
  const nameOf = nameIn(webhooks);
  const turn = async (policy: Policy, enabled: boolean): Promise<unknown> => {
    const body = { ...bodyOf(policy), to: [...policy.to], enabled };
    const saved = await tellOutcome(
      api.PUT('/notification-policies/{id}', { params: { path: { id: policy.id } }, body }),
      (enabled ? texts.rules.turnedOn : texts.rules.turnedOff)(policy.name),
    );
    reload();
    return saved;
  };
  const test = async (policy: Policy): Promise<void> => {
    setTested({ policy, lines: undefined });
    const answer = await tellOutcome(
      answerOf(api.POST('/notification-policies/{id}/test', { params: { path: { id: policy.id } } })),
    );
    if (answer === undefined) setTested(undefined);
    else
      setTested({
        policy,
        lines: answer.items.map(({ to, outcome }) => `${recipientText(to, nameOf)}: ${outcomeText(outcome)}`),
      });
  };
  return (
    <ListSection<Policy>
      title={words.policies}
      lead={words.lead}
      add={{ text: words.add, onClick: () => navigate('/rules/new-policy') }}
      of={[loaded.state === 'ready' ? { state: 'ready', value: loaded.value[0] } : loaded, reload]}
      failed={words.failed}
      id="policies"
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
          cell: ({ id, name }) => <Link to={`/rules/policy/${encodeURIComponent(id)}`}>{name}</Link>,
        },
        enabledColumn(turn),
        {
          key: 'who',
          head: words.who,
          cell: ({ to }) => <span className="breaks">{to.map(one => recipientText(one, nameOf)).join(', ')}</span>,
        },
        {
          key: 'what',
          head: words.what,
          wide: true,
          cell: policy => <span className="wraps">{whatText(policy, nameIn(rules))}</span>,
        },
        { key: 'when', head: words.when, wide: true, cell: policy => <span className="wraps">{whenText(policy)}</span> },
        {
          key: 'then',
          head: words.escalation,
          wide: true,
          cell: ({ escalate }) =>
            escalate === null ? (
              <span className="muted">{words.noEscalation}</span>
            ) : (
              <span className="wraps">
                {words.thenAfter(escalate.after_min, escalate.to.map(one => recipientText(one, nameOf)).join(', '))}
              </span>
            ),
        },
        {
          key: 'do',
          head: '',
          numeric: true,
          cell: policy => (
            <button
              type="button"
              className="button small"
              aria-label={words.testOf(policy.name)}
              onClick={() => void test(policy)}
            >
              {words.test}
            </button>
          ),
        },
      ]}
    >
      {tested && (
        <Dialog title={words.testOf(tested.policy.name)} onClose={() => setTested(undefined)}>
          {tested.lines === undefined ? (
            <p aria-live="polite">{words.testing}</p>
          ) : (
            <ul className="plain-list" aria-live="polite">
              {tested.lines.map(line => (
                <li key={line} className="breaks">
                  {line}
                </li>
              ))}
            </ul>
          )}
        </Dialog>
      )}
    </ListSection>
  );
};

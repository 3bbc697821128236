import { useCallback, useState } from 'react';
import { answerOf, api } from '../api/client';
import { getAll } from '../api/get-all';
import { navigate } from '../app/location';
import { useLoaded } from '../app/use-loaded';
import { focusFirstProblem, NO_PROBLEMS, type Problems, problemAt, problemsFrom } from '../rules/rule-draft';
import { texts } from '../texts/texts';
import { Confirm } from '../ui/dialog';
import { EditorFoot } from '../ui/editor-foot';
import { CheckField, NumberField, TextField } from '../ui/field';
import { Loading } from '../ui/loading';
import { Page, Section } from '../ui/page';
import { tellOutcome } from '../ui/tell-outcome';
import { showToast } from '../ui/toasts';
import { AlertFilterFields } from './alert-filter-fields';
import { bodyOf, NEW_POLICY, type Policy, type PolicyBody, problemsOf } from './policy-draft';
import { RecipientsField } from './recipients-field';
import type { Webhook } from './webhook';
import { WhenFields } from './when-fields';

const { told: words } = texts;
const POLICIES = '/rules?tab=told';
const BACK = { to: POLICIES, text: words.all };

/** One policy, or a new one: who is told of what, when, and who after them. */
export const PolicyEditor = ({ id }: { id?: string }) => {
  const [loaded, retry] = useLoaded(
    useCallback(
      (signal: AbortSignal) =>
        Promise.all([
          id === undefined ? undefined : answerOf(api.GET('/notification-policies/{id}', { params: { path: { id } }, signal })),
          getAll<Webhook>('/webhooks'),
        ]),
      [id],
    ),
  );
  if (loaded.state === 'ready') return <PolicyForm policy={loaded.value[0]} webhooks={loaded.value[1]} />;
  return (
    <Page title={words.policy} back={BACK}>
      <Loading of={loaded} onRetry={retry} failed={words.policyFailed}>
        {() => null}
      </Loading>
    </Page>
  );
};

const PolicyForm = ({ policy, webhooks }: { policy: Policy | undefined; webhooks: readonly Webhook[] }) => {
  const [draft, setDraft] = useState<PolicyBody>(() => (policy ? bodyOf(policy) : NEW_POLICY));
  const [problems, setProblems] = useState<Problems>(NO_PROBLEMS);
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const set = (changes: Partial<PolicyBody>): void => setDraft(before => ({ ...before, ...changes }));

  const save = async (): Promise<void> => {
    const wrong = problemsOf(draft);
    setProblems(wrong);
    if (wrong.size > 0) return focusFirstProblem();
    setBusy(true);
    try {
      const body = { ...draft, to: [...draft.to] };
      if (policy) await api.PUT('/notification-policies/{id}', { params: { path: { id: policy.id } }, body });
      else await api.POST('/notification-policies', { body });
      showToast({ text: words.saved(draft.name) });
      navigate(POLICIES);
    } catch (error) {
      setProblems(
        problemsFrom(error, field => /^(name|to|kinds|rules|groups|min_|urgent|quiet|digest|storm|escalate)/.test(field)),
      );
      focusFirstProblem();
    } finally {
      setBusy(false);
    }
  };

  const remove = async ({ id, name }: Policy): Promise<void> => {
    const gone = await tellOutcome(api.DELETE('/notification-policies/{id}', { params: { path: { id } } }), words.deleted(name));
    if (gone) navigate(POLICIES);
  };

  return (
    <Page title={policy ? policy.name : words.newTitle} lead={words.editorLead} back={BACK} narrow>
      <form
        className="form"
        noValidate
        onSubmit={event => {
          event.preventDefault();
          void save();
        }}
      >
        <div className="plain-fieldset">
          <Section title={words.who}>
            <div className="form">
              <TextField
                label={texts.admin.name}
                hint={words.nameHint}
                value={draft.name}
                maxLength={100}
                problem={problems.get('name')}
                onChange={name => set({ name })}
              />
              <RecipientsField
                label={words.recipients}
                field="to"
                value={draft.to}
                webhooks={webhooks}
                problems={problems}
                onChange={to => set({ to })}
              />
            </div>
          </Section>
          <Section title={words.what}>
            <div className="form">
              <AlertFilterFields value={draft} problemOf={field => problemAt(problems, field)} onChange={set} />
              <CheckField label={words.late} hint={words.lateHint} checked={draft.late} onChange={late => set({ late })} />
            </div>
          </Section>
          <Section title={words.when}>
            <WhenFields draft={draft} problems={problems} set={set} />
          </Section>
          <Section title={words.escalation}>
            <div className="form">
              <CheckField
                label={words.escalates}
                hint={words.escalatesHint}
                checked={draft.escalate !== null}
                onChange={on => set({ escalate: on ? { after_min: 15, to: [{ email: '' }] } : null })}
              />
              {draft.escalate && (
                <>
                  <NumberField
                    label={words.after}
                    unit="min"
                    value={draft.escalate.after_min}
                    problem={problems.get('escalate.after_min')}
                    onChange={after => draft.escalate && set({ escalate: { ...draft.escalate, after_min: after ?? Number.NaN } })}
                  />
                  <RecipientsField
                    label={words.thenTo}
                    field="escalate.to"
                    value={draft.escalate.to}
                    webhooks={webhooks}
                    problems={problems}
                    onChange={to => draft.escalate && set({ escalate: { ...draft.escalate, to } })}
                  />
                </>
              )}
            </div>
          </Section>
          <EditorFoot
            enabled={{
              ...{ label: words.enabledLong, hint: words.enabledHint, checked: draft.enabled },
              onChange: enabled => set({ enabled }),
            }}
            busy={busy}
            onCancel={() => navigate(POLICIES)}
            remove={policy && { text: texts.admin.delete, onClick: () => setAsked(true) }}
          />
        </div>
      </form>
      {asked && policy && (
        <Confirm
          title={texts.rules.deleteTitle(policy.name)}
          text={words.deleteText}
          confirm={texts.admin.delete}
          onConfirm={() => void remove(policy)}
          onClose={() => setAsked(false)}
        />
      )}
    </Page>
  );
};

import { useCallback, useState } from 'react';
import { answerOf, api, type Schema } from '../api/client';
import { navigate } from '../app/location';
import { useLoaded } from '../app/use-loaded';
import { useFleet } from '../live/fleet';
import { texts } from '../texts/texts';
import { RuleTold } from '../told/rule-told';
import { Confirm } from '../ui/dialog';
import { EditorFoot } from '../ui/editor-foot';
import { NumberField, SelectField } from '../ui/field';
import { Loading, reasonOf } from '../ui/loading';
import { Page, Section } from '../ui/page';
import { showToast } from '../ui/toasts';
import { AppliesToFields } from './applies-to-fields';
import { BacktestPanel } from './backtest-panel';
import { ParamField } from './param-field';
import {
  draftOf,
  focusFirstProblem,
  NO_PROBLEMS,
  newDraft,
  type Problems,
  problemAt,
  problemsFrom,
  problemsOf,
  type RuleDraft,
  type RuleKind,
  ruleBody,
} from './rule-draft';
import { hasNameOfItsOwn } from './rule-name';
import { ScheduleEditor } from './schedule-editor';

const { rules: words } = texts;
const LIST = '/rules';

/** One rule, or a new one of a kind. */
export const RuleEditor = ({ id, newKind }: { id?: string; newKind?: string }) => {
  const load = useCallback(
    async (signal: AbortSignal) => {
      const [kinds, rule] = await Promise.all([
        answerOf(api.GET('/rules/kinds', { signal })),
        id === undefined ? undefined : answerOf(api.GET('/rules/{id}', { params: { path: { id } }, signal })),
      ]);
      const kind = kinds.items.find(one => one.kind === (rule?.kind ?? newKind));
      if (kind === undefined) throw new Error(words.unknownKind);
      return { kind, rule };
    },
    [id, newKind],
  );
  const [loaded, retry] = useLoaded(load);
  if (loaded.state === 'ready') return <RuleForm kind={loaded.value.kind} rule={loaded.value.rule} />;
  return (
    <Page title={words.rule} back={{ to: LIST, text: words.all }}>
      <Loading of={loaded} onRetry={retry} failed={words.ruleFailed}>
        {() => null}
      </Loading>
    </Page>
  );
};

const RuleForm = ({ kind, rule }: { kind: RuleKind; rule: Schema<'Rule'> | undefined }) => {
  const mayChange = useFleet().may('fleet.manage');
  const [draft, setDraft] = useState<RuleDraft>(() => (rule ? draftOf(rule) : newDraft(kind)));
  const [problems, setProblems] = useState<Problems>(NO_PROBLEMS);
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const set = (changes: Partial<RuleDraft>): void => setDraft(before => ({ ...before, ...changes }));
  const name = texts.kind[kind.kind];

  const isWhole = (): boolean => {
    const wrong = problemsOf(draft, kind);
    setProblems(wrong);
    if (wrong.size > 0) focusFirstProblem();
    return wrong.size === 0;
  };

  const save = async (): Promise<void> => {
    if (!isWhole()) return;
    setBusy(true);
    try {
      const body = ruleBody(draft);
      if (rule) await api.PUT('/rules/{id}', { params: { path: { id: rule.id } }, body });
      else await api.POST('/rules', { body });
      showToast({ text: words.saved(name) });
      navigate(LIST);
    } catch (error) {
      setProblems(problemsFrom(error, field => /^(params|severity|cooldown_s|schedule|applies_to)/.test(field)));
      focusFirstProblem();
    } finally {
      setBusy(false);
    }
  };

  const remove = async (): Promise<void> => {
    if (rule === undefined) return;
    try {
      await api.DELETE('/rules/{id}', { params: { path: { id: rule.id } } });
      const body = { id: rule.id, ...ruleBody(draftOf(rule)) };
      showToast({
        text: words.deleted(name),
        undo: () =>
          void api
            .POST('/rules', { body })
            .then(() => navigate(`/rules/rule/${encodeURIComponent(rule.id)}`))
            .catch((error: unknown) => showToast({ tone: 'problem', text: words.notSaved(reasonOf(error)) })),
      });
      navigate(LIST);
    } catch (error) {
      showToast({ tone: 'problem', text: words.notSaved(reasonOf(error)) });
    }
  };

  return (
    <Page
      title={rule ? name : words.newTitle(name)}
      lead={<KindText kind={kind} />}
      back={{ to: LIST, text: words.all }}
      narrow
      actions={rule && hasNameOfItsOwn(rule) && <span className="tag">{rule.id}</span>}
    >
      <form
        className="form"
        noValidate
        onSubmit={event => {
          event.preventDefault();
          void save();
        }}
      >
        <fieldset className="plain-fieldset" disabled={!mayChange}>
          {kind.params.length > 0 && (
            <Section title={words.limits}>
              <div className="form">
                <Params kind={kind} draft={draft} problems={problems} set={set} />
              </div>
            </Section>
          )}
          <Section title={words.alert}>
            <div className="form-row">
              <SelectField
                label={words.severity}
                value={draft.severity ?? ''}
                choices={[
                  ['', words.severityOfKind(texts.severity[kind.severity])],
                  ['critical', texts.severity.critical],
                  ['warning', texts.severity.warning],
                  ['info', texts.severity.info],
                ]}
                problem={problemAt(problems, 'severity')}
                onChange={severity => set({ severity: severity === '' ? null : severity })}
              />
              <NumberField
                label={words.cooldown}
                unit="s"
                hint={words.cooldownHint(kind.cooldown_s)}
                value={draft.cooldown_s}
                problem={problemAt(problems, 'cooldown_s')}
                onChange={cooldown_s => set({ cooldown_s })}
              />
            </div>
          </Section>
          <Section title={words.appliesTo}>
            <div className="form">
              <AppliesToFields value={draft.applies_to} problems={problems} onChange={applies_to => set({ applies_to })} />
              <ScheduleEditor
                label={kind.schedule_as === null ? words.when : words.workingHours}
                never={kind.schedule_as === null ? words.alwaysHint : words.noWorkingHours}
                value={draft.schedule}
                problem={problemAt(problems, 'schedule')}
                onChange={schedule => set({ schedule })}
              />
            </div>
          </Section>
          <RuleTold id={rule?.id} kind={kind.kind} severity={draft.severity ?? kind.severity} />
          {mayChange && <BacktestPanel draft={draft} id={rule?.id} kind={kind} ready={isWhole} />}
          {mayChange && (
            <EditorFoot
              enabled={{
                ...{ label: words.enabledLong, hint: words.enabledHint, checked: draft.enabled },
                onChange: enabled => set({ enabled }),
              }}
              busy={busy}
              onCancel={() => navigate(LIST)}
              remove={rule && { text: words.delete, onClick: () => setAsked(true) }}
            />
          )}
        </fieldset>
      </form>
      {asked && (
        <Confirm
          title={words.deleteTitle(name)}
          text={words.deleteText}
          confirm={words.delete}
          onConfirm={() => void remove()}
          onClose={() => setAsked(false)}
        />
      )}
    </Page>
  );
};

/** Numbers first, in rows; what has four fields has a row of its own. */
const Params = ({
  kind,
  draft,
  problems,
  set,
}: {
  kind: RuleKind;
  draft: RuleDraft;
  problems: Problems;
  set: (changes: Partial<RuleDraft>) => void;
}) => {
  const fields = (which: (param: RuleKind['params'][number]) => boolean) =>
    kind.params
      .filter(which)
      .map(param => (
        <ParamField
          kind={kind.kind}
          key={param.name}
          param={param}
          value={draft.params[param.name]}
          problems={problems}
          onChange={value => set({ params: { ...draft.params, [param.name]: value } })}
        />
      ));
  const single = fields(({ per_class, type }) => !per_class && type === 'number');
  return (
    <>
      {fields(({ per_class }) => per_class)}
      {single.length > 0 && <div className="form-row">{single}</div>}
      {fields(({ type }) => type === 'boolean')}
    </>
  );
};

/** When it is told; names of parameters, which stand in backticks, as their fields are called. */
const KindText = ({ kind }: { kind: RuleKind }) => {
  const own = words.kindWhen[kind.kind];
  if (own !== undefined) return <>{own}</>;
  const told = kind.when.replaceAll(/`(\w+)`/g, (_, name: string) => `“${words.param[name] ?? name}”`);
  return <>{words.toldWhen(told)}</>;
};

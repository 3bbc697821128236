import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { SeveritySign } from '../alerts/severity-sign';
import { answerOf, api, type Schema } from '../api/client';
import { getAll } from '../api/get-all';
import { Link } from '../app/link';
import { navigate } from '../app/location';
import { useLoaded } from '../app/use-loaded';
import { quantity } from '../format/quantity';
import { duration } from '../format/time';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { type Column, DataTable } from '../ui/data-table';
import { Loading, reasonOf } from '../ui/loading';
import { Switch } from '../ui/switch';
import { showToast } from '../ui/toasts';
import { paramLabel, written } from './param-field';
import { type AppliesTo, CLASSES, draftOf, type RuleKind, type RuleParam, ruleBody } from './rule-draft';
import { kindName as nameOf } from './rule-name';
import { scheduleText } from './schedule-editor';

const { rules: words } = texts;
type Rule = Schema<'Rule'>;

/** Every rule with what it looks at, whom it concerns and when; on and off from here. */
export const RuleList = () => {
  const load = useCallback(
    async (signal: AbortSignal) =>
      Promise.all([getAll<Rule>('/rules'), answerOf(api.GET('/rules/kinds', { signal })).then(({ items }) => items)]),
    [],
  );
  const [loaded, retry] = useLoaded(load);
  return (
    <Loading of={loaded} onRetry={retry} failed={words.failed}>
      {([rules, kinds]) => <RuleTable loaded={rules} kinds={kinds} />}
    </Loading>
  );
};

const RuleTable = ({ loaded, kinds }: { loaded: readonly Rule[]; kinds: readonly RuleKind[] }) => {
  const [rules, setRules] = useState(loaded);
  const names = useNames();
  const ofKind = useMemo(() => new Map(kinds.map(kind => [kind.kind as string, kind])), [kinds]);
  const turn = async (rule: Rule, enabled: boolean): Promise<void> => {
    const show = (next: Rule): void => setRules(all => all.map(one => (one.id === next.id ? next : one)));
    show({ ...rule, enabled });
    try {
      const body = { ...ruleBody(draftOf(rule)), enabled };
      show(await answerOf(api.PUT('/rules/{id}', { params: { path: { id: rule.id } }, body })));
      const text = (enabled ? words.turnedOn : words.turnedOff)(nameOf(rule));
      showToast({ text, undo: () => void turn(rule, !enabled) });
    } catch (error) {
      show(rule);
      showToast({ tone: 'problem', text: words.notSaved(reasonOf(error)) });
    }
  };
  const columns: readonly Column<Rule>[] = [
    {
      key: 'kind',
      head: words.rule,
      sort: rule => `${nameOf(rule)} ${rule.id}`,
      cell: rule => (
        <span className="signed-rule">
          <span className="phone-only">
            <SeveritySign severity={severityOf(rule, ofKind)} />
          </span>
          <span className="rule-name">
            <Link to={`/rules/rule/${encodeURIComponent(rule.id)}`}>{nameOf(rule)}</Link>
            {rule.id !== rule.kind && rule.id !== `default-${rule.kind.replaceAll('_', '-')}` && (
              <span className="muted rule-id">{rule.id}</span>
            )}
          </span>
        </span>
      ),
    },
    {
      key: 'on',
      head: words.enabled,
      sort: rule => (rule.enabled ? 0 : 1),
      cell: rule => (
        <Switch label={words.enabledOf(nameOf(rule))} checked={rule.enabled} onChange={enabled => void turn(rule, enabled)} />
      ),
    },
    {
      key: 'severity',
      head: words.severity,
      wide: true,
      sort: rule => ['critical', 'warning', 'info'].indexOf(severityOf(rule, ofKind)),
      cell: rule => (
        <span className="with-sign">
          <SeveritySign severity={severityOf(rule, ofKind)} />
          {texts.severity[severityOf(rule, ofKind)]}
        </span>
      ),
    },
    { key: 'limits', head: words.limits, cell: rule => <Limits rule={rule} kind={ofKind.get(rule.kind)} /> },
    { key: 'scope', head: words.appliesTo, wide: true, cell: rule => scopeText(rule.applies_to as AppliesTo, names.vehicle) },
    {
      key: 'when',
      head: words.when,
      wide: true,
      cell: rule => (rule.schedule ? scheduleText(rule.schedule) : <span className="muted">{words.always}</span>),
    },
    {
      key: 'cooldown',
      head: words.cooldown,
      wide: true,
      numeric: true,
      sort: rule => rule.cooldown_s,
      cell: rule => (rule.cooldown_s === 0 ? <span className="muted">{words.none}</span> : duration(rule.cooldown_s)),
    },
  ];
  return (
    <>
      <div className="list-head">
        <p className="muted">{words.lead}</p>
        <select
          className="select new-rule"
          aria-label={words.newOf}
          value=""
          onChange={event => navigate(`/rules/new-rule/${event.target.value}`)}
        >
          <option value="">{words.newOf}</option>
          {kinds
            .toSorted((a, b) => texts.kind[a.kind].localeCompare(texts.kind[b.kind]))
            .map(({ kind }) => (
              <option key={kind} value={kind}>
                {texts.kind[kind]}
              </option>
            ))}
        </select>
      </div>
      <DataTable
        id="rules"
        caption={words.list}
        columns={columns}
        rows={rules}
        keyOf={rule => rule.id}
        order="kind"
        empty={words.empty}
        emptyHint={words.emptyHint}
        classOf={rule => (rule.enabled ? undefined : 'off')}
      />
    </>
  );
};

const severityOf = (rule: Rule, kinds: ReadonlyMap<string, RuleKind>) =>
  rule.severity ?? kinds.get(rule.kind)?.severity ?? 'warning';

/** The first parameter, which is what the rule is about, and whatever differs from its default. */
const Limits = ({ rule, kind }: { rule: Rule; kind: RuleKind | undefined }) => {
  const shown = (kind?.params ?? []).filter(
    (param, n) => n === 0 || JSON.stringify(rule.params[param.name]) !== JSON.stringify(param.default),
  );
  if (shown.length === 0) return <span className="muted">{texts.unknown}</span>;
  return (
    <ul className="limits">
      {shown.map(param => (
        <li key={param.name}>
          <span className="muted">{paramLabel(param.name)}</span> {valueText(param, rule.params[param.name])}
        </li>
      ))}
    </ul>
  );
};

/** One number where all classes have the same, else the four in their order, with the unit behind the last. */
const valueText = (param: RuleParam, value: unknown): ReactNode => {
  if (!param.per_class || typeof value !== 'object' || value === null) return written(value, param.unit);
  const all = CLASSES.map(one => (value as Record<string, number>)[one]);
  if (new Set(all).size === 1) return written(all[0], param.unit);
  return CLASSES.map((one, n) => {
    const [number, sign] = quantity(all[n], param.unit).split('\u202f');
    return (
      <span key={one} className="of-class">
        <span className="muted">{texts.vehicle.classes[one]}</span> {number}
        {n === CLASSES.length - 1 && sign !== undefined && `\u202f${sign}`}
      </span>
    );
  });
};

/** Whom it concerns, in a line. */
const scopeText = ({ groups = [], vehicles = [], classes = [] }: AppliesTo, nameOfVehicle: (id: string) => string): string => {
  const parts = [
    ...groups,
    ...classes.map(one => texts.rules.classesMany[one]),
    ...(vehicles.length > 3 ? [words.vehicles(vehicles.length)] : vehicles.map(nameOfVehicle)),
  ];
  return parts.length === 0 ? words.everyVehicle : parts.join(', ');
};

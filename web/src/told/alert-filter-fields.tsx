import type { AlertKind, Severity } from '../api/wire-types';
import { useLoaded } from '../app/use-loaded';
import { GroupChoices } from '../rules/applies-to-fields';
import { texts } from '../texts/texts';
import { Choices, Picker } from '../ui/choices';
import { SelectField } from '../ui/field';
import { loadRuleNames, nameIn } from './names-of';

const { told: words } = texts;
const KINDS = (Object.entries(texts.kind) as [AlertKind, string][]).toSorted(([, a], [, b]) => a.localeCompare(b));

export interface AlertFilter {
  min_severity: Severity;
  kinds: readonly AlertKind[];
  groups: readonly string[];
  rules: readonly string[];
}

/** Which alerts: how bad at least, of which kinds, rules and groups. What is not chosen does not restrict. */
export const AlertFilterFields = ({
  value,
  problemOf,
  onChange,
}: {
  value: AlertFilter;
  problemOf: (field: string) => string | undefined;
  onChange: (changes: Partial<{ min_severity: Severity; kinds: AlertKind[]; groups: string[]; rules: string[] }>) => void;
}) => {
  const [rules] = useLoaded(loadRuleNames);
  const known = rules.state === 'ready' ? rules.value : [];
  return (
    <>
      <SelectField
        label={words.leastSeverity}
        value={value.min_severity}
        choices={(['info', 'warning', 'critical'] as const).map(one => [one, words.atLeast[one]])}
        problem={problemOf('min_severity')}
        onChange={min_severity => onChange({ min_severity })}
      />
      <GroupChoices value={value.groups} problem={problemOf('groups')} onChange={groups => onChange({ groups })} />
      <details className="more-fields" open={value.kinds.length > 0 || value.rules.length > 0}>
        <summary>{words.onlySome}</summary>
        <div className="form">
          <Choices
            label={words.kindsField}
            hint={words.kindsHint}
            choices={KINDS}
            value={[...value.kinds]}
            problem={problemOf('kinds')}
            onChange={kinds => onChange({ kinds })}
          />
          <Picker
            label={words.rulesField}
            hint={words.rulesHint}
            choices={known.map(({ id }) => id)}
            value={value.rules}
            nameOf={nameIn(known)}
            onChange={chosen => onChange({ rules: chosen })}
          />
        </div>
      </details>
    </>
  );
};

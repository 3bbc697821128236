import { useMemo } from 'react';
import { useStore } from '../app/store';
import { useFleet } from '../live/fleet';
import { useGroups } from '../live/use-in-group';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { Choices, Picker } from '../ui/choices';
import { type AppliesTo, CLASSES, type Problems, problemAt } from './rule-draft';

const { rules: words } = texts;

/** Whom a rule concerns: nothing chosen is everybody. */
export const AppliesToFields = ({
  value,
  problems,
  onChange,
}: {
  value: AppliesTo;
  problems: Problems;
  onChange: (value: AppliesTo) => void;
}) => {
  const vehicles = useStore(useFleet().vehicles);
  const names = useNames();
  const ids = useMemo(() => [...vehicles.keys()], [vehicles]);
  return (
    <>
      <GroupChoices
        value={value.groups ?? []}
        problem={problemAt(problems, 'applies_to.groups')}
        onChange={groups => onChange({ ...value, groups })}
      />
      <Choices
        label={words.classes}
        hint={words.classesHint}
        choices={CLASSES.map(one => [one, texts.rules.classesMany[one]] as const)}
        value={value.classes ?? []}
        problem={problemAt(problems, 'applies_to.classes')}
        onChange={classes => onChange({ ...value, classes })}
      />
      <Picker
        label={words.vehiclesField}
        hint={words.vehiclesHint}
        choices={ids}
        value={value.vehicles ?? []}
        nameOf={names.vehicle}
        onChange={chosen => onChange({ ...value, vehicles: chosen })}
      />
    </>
  );
};

/** Groups of vehicles; those that were named and have no vehicle (any more) stay to be seen. */
export const GroupChoices = ({
  value,
  problem,
  onChange,
}: {
  value: readonly string[];
  problem?: string | undefined;
  onChange: (value: string[]) => void;
}) => {
  const known = useGroups();
  const groups = [...new Set([...known, ...value])];
  if (groups.length === 0) return null;
  return (
    <Choices
      label={words.groups}
      hint={words.groupsHint}
      choices={groups.map(one => [one, one] as const)}
      value={value}
      problem={problem}
      onChange={onChange}
    />
  );
};

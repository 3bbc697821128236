import { useEffect, useState } from 'react';
import { texts } from '../texts/texts';
import type { Column } from './data-table';
import { Switch } from './switch';

/** A switch that shows at once what was asked for, and goes back where that was refused. @param save answers `undefined` where it was */
const SavedSwitch = ({
  label,
  checked,
  save,
}: {
  label: string;
  checked: boolean;
  save: (checked: boolean) => Promise<unknown>;
}) => {
  const [asked, setAsked] = useState<boolean>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was saved takes the place of what was asked for
  useEffect(() => setAsked(undefined), [checked]);
  const ask = async (next: boolean): Promise<void> => {
    setAsked(next);
    if ((await save(next)) === undefined) setAsked(undefined);
  };
  return <Switch label={label} checked={asked ?? checked} onChange={next => void ask(next)} />;
};

/** The column of a list whose rows can be turned on and off. @param save as above */
export const enabledColumn = <Row extends { name: string; enabled: boolean }>(
  save: (row: Row, enabled: boolean) => Promise<unknown>,
): Column<Row> => ({
  key: 'on',
  head: texts.rules.enabled,
  cell: row => <SavedSwitch label={texts.rules.enabledOf(row.name)} checked={row.enabled} save={enabled => save(row, enabled)} />,
});

import { texts } from '../texts/texts';
import { TextField } from '../ui/field';

export const groupsIn = (text: string): string[] =>
  text
    .split(',')
    .map(group => group.trim())
    .filter(group => group !== '');

/** Groups that somebody is limited to, separated by commas. */
export const GroupsField = ({
  value,
  problem,
  onChange,
}: {
  value: string;
  problem: string | undefined;
  onChange: (value: string) => void;
}) => <TextField label={texts.admin.groups} hint={texts.admin.groupsHint} value={value} problem={problem} onChange={onChange} />;

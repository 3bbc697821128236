import { setQuery } from '../app/location';
import { texts } from '../texts/texts';

interface Props {
  label: string;
  /** Sorted by name. */
  groups: readonly string[];
  /** The one that is chosen, from the address; undefined: all. */
  group: string | undefined;
}

/** One depot instead of the whole fleet; there only where there are several. */
export const GroupSelect = ({ label, groups, group }: Props) => {
  if (groups.length < 2 && group === undefined) return null;
  return (
    <select
      className="select group-filter"
      aria-label={label}
      value={group ?? ''}
      onChange={({ target: { value } }) => setQuery({ group: value || undefined })}
    >
      <option value="">{texts.live.allGroups}</option>
      {groups.map(one => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
};

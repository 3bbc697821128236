import { setQuery } from '../app/location';
import { texts } from '../texts/texts';
import { useLiveFilters } from './live-filters';
import { useGroups } from './use-in-group';

/** One depot instead of the whole fleet; there only where there are several. */
export const GroupFilter = () => {
  const groups = useGroups();
  const { group } = useLiveFilters();
  if (groups.length < 2 && group === undefined) return null;
  return (
    <select
      className="select group-filter"
      aria-label={texts.live.group}
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

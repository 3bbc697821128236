import { texts } from '../texts/texts';
import { GroupSelect } from '../ui/group-select';
import { useLiveFilters } from './live-filters';
import { useGroups } from './use-in-group';

/** The vehicles of one depot. */
export const GroupFilter = () => <GroupSelect label={texts.live.group} groups={useGroups()} group={useLiveFilters().group} />;

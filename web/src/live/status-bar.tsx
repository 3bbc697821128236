import { locale } from '../app/language';
import { texts } from '../texts/texts';
import { STATUSES, toggleStatus, useLiveFilters } from './live-filters';
import { StatusSign } from './status-sign';
import { useFleetCounts } from './use-fleet-counts';

/** How many vehicles do what; each count is a filter of the map. */
export const StatusBar = () => {
  const counts = useFleetCounts();
  const { statuses } = useLiveFilters();
  return (
    <fieldset className="status-bar">
      <legend className="visually-hidden">{texts.statusFilter.label}</legend>
      {STATUSES.map(status => (
        <button
          key={status}
          type="button"
          className="status-chip"
          aria-pressed={statuses.has(status)}
          onClick={() => toggleStatus(statuses, status)}
        >
          <StatusSign status={status} />
          <span className="status-chip-name">{texts.status[status]}</span>
          <strong className="status-chip-count">{counts[status].toLocaleString(locale)}</strong>
          <span className="visually-hidden">{texts.statusFilter.vehicles(counts[status])}</span>
        </button>
      ))}
    </fieldset>
  );
};

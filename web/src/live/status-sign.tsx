import type { VehicleStatus } from '../api/wire-types';

const SHAPES: Readonly<Record<VehicleStatus, string>> = {
  driving: 'M8 1.5L14 14.2L8 11.2L2 14.2Z',
  idling: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M5.5 5h1.8v6H5.5zM8.7 5h1.8v6H8.7z',
  parked:
    'M4.5 2h7A2.5 2.5 0 0 1 14 4.5v7a2.5 2.5 0 0 1-2.5 2.5h-7A2.5 2.5 0 0 1 2 11.5v-7A2.5 2.5 0 0 1 4.5 2M6 4.5v7h1.7V9.4h.9a2.45 2.45 0 0 0 0-4.9zM7.7 6h.8a1 1 0 0 1 0 2h-.8z',
  offline: 'M8 1L15 8L8 15L1 8zM8 3.5L3.5 8L8 12.5L12.5 8zM6.5 5.5L8 7l1.5-1.5 1 1L9 8l1.5 1.5-1 1L8 9l-1.5 1.5-1-1L7 8 5.5 6.5z',
};

/** The sign of a status, the same shape as on the map. */
export const StatusSign = ({ status }: { status: VehicleStatus }) => (
  <svg className={`status-sign status-${status}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path fillRule="evenodd" d={SHAPES[status]} />
  </svg>
);

import { lazy, Suspense, useCallback, useState } from 'react';
import { getAll } from '../api/get-all';
import type { Geofence } from '../api/wire-types';
import { Link } from '../app/link';
import { Notice } from '../app/notice';
import { useTheme } from '../app/theme';
import { useLoaded } from '../app/use-loaded';
import { quantity } from '../format/quantity';
import { duration } from '../format/time';
import { texts } from '../texts/texts';
import { type Column, DataTable } from '../ui/data-table';
import { Loading } from '../ui/loading';
import { scheduleText } from './schedule-editor';

const PlaceMap = lazy(() => import('../map/place-map'));
const { fences: words, rules } = texts;

/** Geofences on the map and in a table. */
export const FenceList = () => {
  const theme = useTheme();
  const [loaded, retry] = useLoaded(useCallback(() => getAll<Geofence>('/geofences'), []));
  const [shown, setShown] = useState<Geofence>();
  const columns: readonly Column<Geofence>[] = [
    {
      key: 'name',
      head: words.name,
      sort: ({ properties }) => properties.name,
      cell: ({ id, properties }) => <Link to={`/rules/geofence/${encodeURIComponent(id)}`}>{properties.name}</Link>,
    },
    { key: 'shape', head: words.shape, sort: shapeText, cell: shapeText },
    { key: 'on', head: words.on, cell: onText },
    {
      key: 'limit',
      head: words.speedLimit,
      numeric: true,
      sort: ({ properties }) => properties.speed_limit_kmh,
      cell: ({ properties }) => quantity(properties.speed_limit_kmh, 'km/h'),
    },
    {
      key: 'groups',
      head: rules.groups,
      wide: true,
      cell: ({ properties: { groups } }) =>
        groups.length === 0 ? <span className="muted">{words.allGroups}</span> : groups.join(', '),
    },
    {
      key: 'when',
      head: rules.when,
      wide: true,
      cell: ({ properties: { schedule } }) => (schedule ? scheduleText(schedule) : <span className="muted">{rules.always}</span>),
    },
    {
      key: 'show',
      head: words.map,
      wide: true,
      cell: fence => (
        <button
          type="button"
          className="button small"
          aria-label={words.showOf(fence.properties.name)}
          onClick={() => setShown(fence)}
        >
          {words.show}
        </button>
      ),
    },
  ];
  return (
    <>
      <div className="list-head">
        <p className="muted">{words.lead}</p>
        <Link to="/rules/new-geofence" className="button primary">
          {words.newOf}
        </Link>
      </div>
      <Loading of={loaded} onRetry={retry} failed={words.failed}>
        {fences => (
          <>
            {fences.length > 0 && (
              <div className="fence-map overview">
                <Suspense fallback={<Notice busy title={texts.loading} />}>
                  <PlaceMap theme={theme} box={undefined} geofences={fences} fence={shown} onMoved={ignore} />
                </Suspense>
              </div>
            )}
            <DataTable
              id="fences"
              caption={words.list}
              columns={columns}
              rows={fences}
              keyOf={({ id }) => id}
              order="name"
              empty={words.empty}
              emptyHint={words.emptyHint}
            />
          </>
        )}
      </Loading>
    </>
  );
};

const ignore = (): void => {};

const shapeText = ({ geometry, properties }: Geofence): string => {
  if (geometry.type === 'Point') return `${words.shapes.circle}, ${quantity(properties.radius_m, 'm')}`;
  if (geometry.type === 'LineString') return `${words.shapes.corridor}, ${quantity(properties.width_m, 'm')}`;
  return words.shapes.polygon;
};

const onText = ({ properties: { on, dwell_s } }: Geofence): string =>
  on.map(one => (one === 'dwell' && dwell_s !== null ? words.dwellOf(duration(dwell_s)) : words.crossings[one])).join(', ') ||
  texts.unknown;

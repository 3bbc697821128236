import { useCallback, useMemo } from 'react';
import { getAll } from '../api/get-all';
import type { Scorecard } from '../api/wire-types';
import { Link } from '../app/link';
import { useLocation } from '../app/location';
import { useStore } from '../app/store';
import { useLoaded } from '../app/use-loaded';
import { decimal, distance, toShown, unitSign } from '../format/quantity';
import { useFleet } from '../live/fleet';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { type Column, DataTable } from '../ui/data-table';
import { GroupSelect } from '../ui/group-select';
import { Loading } from '../ui/loading';
import { Page } from '../ui/page';
import { usePeriod } from '../ui/period';
import { PeriodPicker } from '../ui/period-picker';
import { ScoreMeter } from './score-meter';

const HARSH = ['harsh_braking', 'harsh_acceleration', 'harsh_cornering'] as const;

/** Of what a driver is judged by, the rate that tells most at a glance. Per 100 km. */
const harshRate = ({ rates_per_100km: rates }: Scorecard): number => HARSH.reduce((sum, kind) => sum + (rates[kind] ?? 0), 0);

/** How the drivers drove: the summary that a coach starts from. */
export const DriversPage = () => {
  const period = usePeriod('28d');
  const group = useLocation().query.get('group') ?? undefined;
  const { firstDay: from, lastDay: to } = period;
  const [loaded, retry] = useLoaded(
    useCallback(() => getAll<Scorecard>('/scorecards', { from, to, group, trend: 'month' }), [from, to, group]),
  );
  const columns = useColumns();
  return (
    <Page
      title={texts.drivers.title}
      lead={texts.drivers.lead}
      actions={
        <>
          <GroupOfDrivers group={group} />
          <PeriodPicker period={period} />
        </>
      }
    >
      <Loading of={loaded} onRetry={retry} failed={texts.drivers.failed}>
        {cards => (
          <DataTable
            id="order"
            caption={texts.drivers.title}
            columns={columns(cards)}
            rows={cards}
            keyOf={({ driver }) => driver}
            order="rank"
            empty={texts.drivers.empty}
            emptyHint={texts.drivers.emptyHint}
          />
        )}
      </Loading>
    </Page>
  );
};

/** The drivers of one depot. */
const GroupOfDrivers = ({ group }: { group: string | undefined }) => {
  const drivers = useStore(useFleet().drivers);
  const groups = useMemo(
    () => [...new Set([...drivers.values()].flatMap(({ group: of }) => of ?? []))].sort((a, b) => a.localeCompare(b)),
    [drivers],
  );
  return <GroupSelect label={texts.drivers.group} groups={groups} group={group} />;
};

const useColumns = (): ((cards: readonly Scorecard[]) => Column<Scorecard>[]) => {
  const names = useNames();
  const { query } = useLocation();
  // The page of a driver is about the same days.
  const days = new URLSearchParams();
  for (const key of ['period', 'from', 'to']) if (query.has(key)) days.set(key, query.get(key)!);
  const search = days.size === 0 ? '' : `?${days}`;
  return cards => [
    {
      key: 'driver',
      head: texts.drivers.driver,
      sort: ({ driver }) => names.driver(driver),
      cell: ({ driver }) => <Link to={`/drivers/${encodeURIComponent(driver)}${search}`}>{names.driver(driver)}</Link>,
    },
    {
      key: 'rank',
      head: texts.drivers.rank,
      numeric: true,
      wide: true,
      sort: ({ rank }) => rank,
      cell: ({ rank }) => rank ?? <span className="muted">{texts.unknown}</span>,
    },
    {
      key: 'score',
      head: texts.drivers.score,
      hint: texts.scorecard.bandHint,
      sort: ({ score }) => score,
      cell: ({ score, band, note }) => <ScoreMeter score={score} band={band} note={note} />,
    },
    ...Object.keys(cards[0]?.subscores ?? {}).map(
      (part): Column<Scorecard> => ({
        key: part,
        head: texts.scorePart[part] ?? part,
        numeric: true,
        wide: true,
        sort: ({ subscores }) => subscores[part] ?? null,
        cell: ({ subscores }) => {
          const value = subscores[part];
          return value == null ? <span className="muted">{texts.unknown}</span> : decimal(value, 0);
        },
      }),
    ),
    {
      key: 'harsh',
      head: `${texts.drivers.harsh} ${unitSign('/100km')}`,
      numeric: true,
      sort: harshRate,
      cell: card => decimal(toShown(harshRate(card), '/100km'), 1, 1),
    },
    {
      key: 'distance',
      head: texts.drivers.distance,
      numeric: true,
      sort: ({ distance_km }) => distance_km,
      cell: ({ distance_km }) => distance(distance_km),
    },
  ];
};

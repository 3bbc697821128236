import { useCallback } from 'react';
import type { Schema } from '../api/client';
import { getAll } from '../api/get-all';
import { useLoaded } from '../app/use-loaded';
import { texts } from '../texts/texts';
import { type Column, DataTable } from '../ui/data-table';
import { Loading } from '../ui/loading';
import { Section } from '../ui/page';
import { Time } from '../ui/time';

type Dtc = Schema<'Dtc'>;

/** Trouble codes in words, those that are there before those that were cleared. */
export const TroubleCodes = ({ vehicle }: { vehicle: string }) => {
  const [loaded, retry] = useLoaded(useCallback(() => getAll<Dtc>(`/vehicles/${encodeURIComponent(vehicle)}/dtcs`), [vehicle]));
  return (
    <Section title={texts.health.codes}>
      <Loading of={loaded} onRetry={retry} failed={texts.health.codesFailed}>
        {codes => (
          <DataTable
            id="codes"
            caption={texts.health.codes}
            columns={COLUMNS}
            rows={codes}
            keyOf={({ code, first_seen }) => `${code} ${first_seen}`}
            empty={texts.health.noCodes}
            classOf={({ cleared_at }) => (cleared_at === null ? undefined : 'past')}
          />
        )}
      </Loading>
    </Section>
  );
};

const COLUMNS: readonly Column<Dtc>[] = [
  {
    key: 'code',
    head: texts.health.code,
    sort: ({ code }) => code,
    cell: ({ code, mil }) => (
      <>
        {code}
        {mil && <span className="tag">{texts.signal.mil_on}</span>}
      </>
    ),
  },
  {
    key: 'text',
    head: texts.health.meaning,
    cell: ({ text, exact, generic }) => (
      <span className="finding-text" title={exact ? undefined : generic ? texts.health.family : texts.health.byMaker}>
        {text}
      </span>
    ),
  },
  {
    key: 'state',
    head: texts.scorecard.standing,
    sort: ({ state }) => state,
    cell: ({ state }) => texts.health.codeState[state] ?? state,
  },
  {
    key: 'first',
    head: texts.health.firstSeen,
    wide: true,
    sort: ({ first_seen }) => first_seen,
    cell: ({ first_seen }) => <Time at={first_seen} as="dayTime" />,
  },
  {
    key: 'last',
    head: texts.health.lastSeen,
    wide: true,
    sort: ({ last_seen }) => last_seen,
    cell: ({ last_seen }) => <Time at={last_seen} as="dayTime" />,
  },
  { key: 'times', head: texts.health.times, numeric: true, wide: true, cell: ({ times }) => times },
];

import { useCallback, useState } from 'react';
import type { Schema } from '../api/client';
import { getAll } from '../api/get-all';
import { useLoaded } from '../app/use-loaded';
import { exactTime } from '../format/time';
import { signalName, signalText } from '../live/signal-list';
import { texts } from '../texts/texts';
import { type Column, DataTable } from '../ui/data-table';
import { Dialog } from '../ui/dialog';
import { Loading } from '../ui/loading';
import { Figures, Section } from '../ui/page';
import { Time } from '../ui/time';

type Dtc = Schema<'Dtc'>;

/** Trouble codes in words, those that are there before those that were cleared. */
export const TroubleCodes = ({ vehicle }: { vehicle: string }) => {
  const [loaded, retry] = useLoaded(useCallback(() => getAll<Dtc>(`/vehicles/${encodeURIComponent(vehicle)}/dtcs`), [vehicle]));
  const [shown, setShown] = useState<Dtc>();
  return (
    <Section title={texts.health.codes}>
      <Loading of={loaded} onRetry={retry} failed={texts.health.codesFailed}>
        {codes => (
          <DataTable
            id="codes"
            caption={texts.health.codes}
            columns={columnsOf(setShown)}
            rows={codes}
            keyOf={({ code, first_seen }) => `${code} ${first_seen}`}
            empty={texts.health.noCodes}
            classOf={({ cleared_at }) => (cleared_at === null ? undefined : 'past')}
          />
        )}
      </Loading>
      {shown?.freeze_frame && <FreezeFrame code={shown.code} frame={shown.freeze_frame} onClose={() => setShown(undefined)} />}
    </Section>
  );
};

const columnsOf = (onShow: (dtc: Dtc) => void): readonly Column<Dtc>[] => [
  {
    key: 'code',
    head: texts.health.code,
    sort: ({ code }) => code,
    cell: ({ code, mil }) => (
      <>
        {code} {mil && <span className="tag">{texts.signal.mil_on}</span>}
      </>
    ),
  },
  {
    key: 'text',
    head: texts.health.meaning,
    cell: ({ code, text, exact, generic }) => (
      <span className="finding-text" title={exact ? undefined : generic ? texts.health.family : texts.health.byMaker}>
        {texts.codeMeaning(code, text)}
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
  {
    key: 'frame',
    head: '',
    numeric: true,
    cell: dtc =>
      dtc.freeze_frame && (
        <button
          type="button"
          className="button small"
          aria-label={texts.health.freezeFrameOf(dtc.code)}
          onClick={() => onShow(dtc)}
        >
          {texts.health.freezeFrame}
        </button>
      ),
  },
];

/** What the engine was doing when the code was set, or when it was first read. */
const FreezeFrame = ({
  code,
  frame: { source, ts, signals, units },
  onClose,
}: {
  code: string;
  frame: NonNullable<Dtc['freeze_frame']>;
  onClose: () => void;
}) => (
  <Dialog title={texts.health.freezeFrameOf(code)} onClose={onClose}>
    <p className="muted times">
      {texts.health.frameSource[source]} {exactTime(ts)}
    </p>
    <Figures
      figures={Object.entries(signals)
        .map(([name, value]) => [signalName(name), signalText(value, units[name] ?? null)] as const)
        .toSorted(([a], [b]) => a.localeCompare(b))}
    />
  </Dialog>
);

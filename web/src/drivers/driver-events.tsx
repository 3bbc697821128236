import { useState } from 'react';
import { SeveritySign } from '../alerts/severity-sign';
import { sendJson } from '../api/request';
import type { Alert } from '../api/wire-types';
import { Link } from '../app/link';
import { quantity } from '../format/quantity';
import { useFleet } from '../live/fleet';
import { useNames } from '../live/use-names';
import { texts } from '../texts/texts';
import { momentPath } from '../trips/moment-path';
import { type Column, DataTable } from '../ui/data-table';
import { Time } from '../ui/time';
import { type EventAction, EventActionDialog } from './event-action-dialog';

const settled = ({ status }: Alert): boolean => status === 'void' || status === 'retracted';

/** What counts in a score, newest first, each with its replay; who may, says that one is wrong, or decides about it. */
export const DriverEvents = ({ events, onChanged }: { events: readonly Alert[]; onChanged: () => void }) => {
  const { may, session } = useFleet();
  const names = useNames();
  const [asked, setAsked] = useState<{ event: Alert; action: EventAction }>();

  const possible = (event: Alert): EventAction[] => {
    if (settled(event)) return [];
    const open = event.contest?.status === 'open';
    const again = event.contest?.status === 'rejected' && session.role === 'driver';
    return [
      ...(may('alerts.contest') && !open && !again ? (['contest'] as const) : []),
      ...(may('alerts.handle') && open ? (['reject'] as const) : []),
      ...(may('alerts.handle') ? (['void'] as const) : []),
    ];
  };

  const columns: Column<Alert>[] = [
    {
      key: 'kind',
      head: texts.scorecard.event,
      sort: ({ kind }) => texts.kind[kind],
      cell: ({ kind, severity, trip, occurred_at }) => (
        <span className="event-name">
          <SeveritySign severity={severity} />
          {trip === null ? texts.kind[kind] : <Link to={momentPath(trip, occurred_at)}>{texts.kind[kind]}</Link>}
        </span>
      ),
    },
    {
      key: 'time',
      head: texts.scorecard.when,
      sort: ({ occurred_at }) => occurred_at,
      cell: ({ occurred_at }) => <Time at={occurred_at} as="dayTime" />,
    },
    { key: 'vehicle', head: texts.trips.vehicle, wide: true, cell: ({ vehicle }) => names.vehicle(vehicle) },
    {
      key: 'value',
      head: texts.scorecard.measured,
      numeric: true,
      wide: true,
      cell: ({ value, threshold, unit }) => (
        <span title={threshold === null ? undefined : texts.alert.threshold(quantity(threshold, unit))}>
          {quantity(value, unit)}
        </span>
      ),
    },
    {
      key: 'standing',
      head: texts.scorecard.standing,
      cell: event => <Standing event={event} />,
    },
    {
      key: 'actions',
      head: texts.scorecard.actions,
      cell: event => (
        <span className="event-actions no-print">
          {possible(event).map(action => (
            <button
              key={action}
              type="button"
              className="button small"
              aria-label={`${texts.scorecard.action[action].button}: ${texts.kind[event.kind]}`}
              onClick={() => setAsked({ event, action })}
            >
              {texts.scorecard.action[action].button}
            </button>
          ))}
        </span>
      ),
    },
  ];
  return (
    <>
      <DataTable
        id="events"
        caption={texts.scorecard.events}
        columns={may('alerts.contest') || may('alerts.handle') ? columns : columns.slice(0, -1)}
        rows={events}
        keyOf={({ id }) => id}
        order="-time"
        empty={texts.scorecard.noEvents}
        emptyHint={texts.scorecard.noEventsHint}
        classOf={event => (settled(event) ? 'struck' : undefined)}
      />
      {asked && (
        <EventActionDialog
          {...asked}
          send={note => sendJson(...requestOf(asked.action, asked.event.id, note))}
          onClose={() => setAsked(undefined)}
          onDone={onChanged}
        />
      )}
    </>
  );
};

const requestOf = (action: EventAction, id: string, note: string): ['POST', string, unknown] => {
  const path = `/alerts/${encodeURIComponent(id)}`;
  if (action === 'contest') return ['POST', `${path}/contest`, { reason: note }];
  return ['POST', action === 'void' ? `${path}/void` : `${path}/contest/reject`, { note }];
};

/** Whether it counts, and what was said about that. */
const Standing = ({ event }: { event: Alert }) => {
  const { contest, status } = event;
  const answer = contest?.answer ? ` — ${contest.answer}` : '';
  if (status === 'void')
    return (
      <span className="tag" title={contest && `${contest.reason}${answer}`}>
        {texts.scorecard.voided}
      </span>
    );
  if (contest === undefined) return <span className="muted">{texts.scorecard.counts}</span>;
  return (
    <span className="tag" title={`${contest.reason}${answer}`}>
      {texts.scorecard.contest[contest.status]}
    </span>
  );
};
